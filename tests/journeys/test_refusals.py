"""What goes wrong on the way is refused or harmless: told in both languages, and nothing is written."""

import datetime

import pytest
from django.urls import NoReverseMatch, reverse

from soon.activity.actor import system
from soon.models import Closure, Invoice, Payment
from soon.operations.portal.revoke_links import revoke_links
from tests.builders import (
    AT,
    a_churned_order,
    a_close_reason,
    a_plan,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_invoice,
    an_order,
)
from tests.doors.portal import a_link
from tests.journeys.browser import Browser, hidden, text
from tests.operations.records import everything

pytestmark = pytest.mark.django_db

WORDS = {
    "closed already": {"vi": "Đăng ký này đã được đóng.", "en": "This subscription is already closed."},
    "quotation": {
        "vi": "Không thể đóng báo giá. Hãy hủy báo giá.",
        "en": "A quotation cannot be closed. Cancel it instead.",
    },
    "still quotation": {
        "vi": "Đây vẫn là báo giá; chưa có đăng ký nào để đóng.",
        "en": "This is still a quotation; there is no subscription to close.",
    },
    "not offered": {
        "vi": "Lý do này không còn được dùng. Vui lòng chọn lý do khác.",
        "en": "This reason is no longer offered. Please choose another one.",
    },
    "not listed": {"vi": "Vui lòng chọn một lý do trong danh sách.", "en": "Please choose one of the listed reasons."},
    "no reason": {"vi": "Vui lòng chọn một lý do.", "en": "Please choose a reason."},
    "nothing typed": {"vi": "Chọn một lý do hoặc tự gõ.", "en": "Pick a reason or type your own."},
    "not closable": {"vi": "Không thể đóng đăng ký này tại đây.", "en": "This subscription cannot be closed here."},
    "invoiced": {"vi": "Kỳ này đã được xuất hóa đơn.", "en": "This period has already been invoiced."},
    "not in progress": {
        "vi": "Chỉ xuất hóa đơn cho đơn hàng đang tiến hành.",
        "en": "Only an order in progress is invoiced.",
    },
    "paid": {"vi": "Khoản thanh toán này đã được ghi nhận.", "en": "This payment has already been registered."},
    "too much": {
        "vi": "phần thừa thành số dư có của khách hàng",
        "en": "the rest becomes the customer's credit",
    },
    "link": {"vi": "Liên kết này đã hết hạn", "en": "This link has expired"},
    "not active": {
        "vi": "Tài khoản này đang bị khóa. Quản trị viên có thể mở lại.",
        "en": "This account is not active. An administrator can activate it again.",
    },
    "too many": {
        "vi": "Đã thử quá nhiều lần. Hãy thử lại sau vài phút.",
        "en": "Too many attempts. Please try again in a few minutes.",
    },
}


@pytest.fixture(params=["vi", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture(autouse=True)
def morning(clock):
    return clock(2026, 3, 16)


@pytest.fixture
def say(language):
    """What is said to this reader."""
    return lambda key: WORDS[key][language]


@pytest.fixture
def staff(language) -> Browser:
    return Browser(language).log_in(a_user("manager", language=language).email)


@pytest.fixture
def customer_of(language):
    """Return the browser in which the customer of an order came by their link."""

    def enter(order, **fields) -> Browser:
        browser = Browser(language)
        browser.client.get(f"/portal/link/{a_link(order.customer, order, **fields).token}/")
        return browser

    return enter


def closure_of(order, door: str = "") -> str:
    return f"{door}/orders/{order.number}/closure/"


class TestClosingInTheBackOffice:
    def test_a_double_click_and_a_second_tab_close_once(self, staff, say):
        order = an_order()
        a_close_reason("Quá đắt")
        staff.press(closure_of(order), {"reason": "Quá đắt"})
        for reason in ("Quá đắt", "something else"):
            staff.refused(422, say("closed already"), closure_of(order), {"reason": reason})
        assert say("closed already") in staff.open(closure_of(order))
        assert Closure.objects.count() == 1

    @pytest.mark.parametrize("make", [a_quotation, a_sent_quotation])
    def test_a_quotation_is_cancelled_not_closed(self, staff, say, make):
        order = make()
        assert f"[{closure_of(order)}]" not in staff.open(f"/orders/{order.number}/")
        staff.refused(422, say("quotation"), closure_of(order), {"reason": "x"})

    def test_a_reason_no_longer_offered_or_of_the_system(self, staff, say):
        order = an_order()
        a_close_reason("Cũ", archived_at=AT)
        a_close_reason("Quá hạn", audience="system", system_code="unpaid_too_long")
        for name in ("Cũ", "  cũ ", "CŨ (EN)", "Quá hạn"):
            staff.refused(422, say("not offered"), closure_of(order), {"reason": name})

    @pytest.mark.parametrize("typed", ["", "   ", "\u00a0\t\n"])
    def test_no_reason_at_all(self, staff, say, typed):
        order = an_order()
        staff.refused(422, say("nothing typed"), closure_of(order), {"reason": typed})

    def test_after_the_customer_closed_it_in_the_portal(self, staff, say, customer_of):
        order, reason = an_order(), a_close_reason()
        staff.open(closure_of(order))
        customer_of(order).press(closure_of(order, "/portal"), {"reason": reason.pk})
        staff.refused(422, say("closed already"), closure_of(order), {"reason": reason.name_vi})


class TestClosingInThePortal:
    def test_a_plan_that_is_not_closable_has_no_button_and_refuses(self, customer_of, say):
        order, reason = an_order(plan=a_plan(is_closable=False)), a_close_reason()
        customer = customer_of(order)
        assert closure_of(order, "/portal") not in customer.open(f"/portal/orders/{order.number}/")
        customer.refused(403, say("not closable"), closure_of(order, "/portal"), {"reason": reason.pk})

    def test_a_plan_made_not_closable_while_the_dialog_was_open(self, customer_of, say):
        order, reason = an_order(), a_close_reason()
        customer = customer_of(order)
        customer.open(closure_of(order, "/portal"))
        type(order.plan).objects.update(is_closable=False)
        customer.refused(403, say("not closable"), closure_of(order, "/portal"), {"reason": reason.pk})

    def test_a_double_click_and_a_second_tab_close_once(self, customer_of, say):
        order, reason = an_order(), a_close_reason()
        customer = customer_of(order)
        customer.press(closure_of(order, "/portal"), {"reason": reason.pk})
        for form in ({"reason": reason.pk}, {"reason": a_close_reason().pk}, {}):
            customer.refused(409, say("closed already"), closure_of(order, "/portal"), form)
        assert Closure.objects.count() == 1

    def test_a_quotation(self, customer_of, say):
        order, reason = a_sent_quotation(), a_close_reason()
        customer_of(order).refused(409, say("still quotation"), closure_of(order, "/portal"), {"reason": reason.pk})

    @pytest.mark.parametrize(
        "fields",
        [{"archived_at": AT}, {"audience": "staff"}, {"audience": "system", "system_code": "unpaid_too_long"}],
        ids=["archived", "staff-only", "system"],
    )
    def test_a_reason_that_is_not_theirs(self, customer_of, say, fields):
        order, reason = an_order(), a_close_reason("Lạ", **fields)
        customer = customer_of(order)
        assert "Lạ" not in customer.open(closure_of(order, "/portal"))
        customer.refused(422, say("not listed"), closure_of(order, "/portal"), {"reason": reason.pk})

    def test_no_reason_or_their_own_words(self, customer_of, say):
        order, _reason = an_order(), a_close_reason()
        customer = customer_of(order)
        customer.refused(422, say("no reason"), closure_of(order, "/portal"), {"own_words": "because"})
        customer.refused(422, say("not listed"), closure_of(order, "/portal"), {"reason": "because"})

    def test_another_customers_order_is_not_there(self, customer_of):
        order, reason, stranger = an_order(), a_close_reason(), customer_of(an_order())
        before = everything()
        for part in ("", "closure/", "pdf/"):
            assert stranger.client.get(f"/portal/orders/{order.number}/{part}").status_code == 404
        for part in ("closure", "messages", "acceptance"):
            form = {"reason": reason.pk, "body": "x"}
            assert stranger.client.post(f"/portal/orders/{order.number}/{part}/", form).status_code == 404
        assert everything() == before


class TestLinks:
    def test_a_forged_link(self, language, say):
        token = a_link(an_order().customer).token
        before = everything()
        for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "1" + token, token.split(":")[0], "x:y"):
            answer = Browser(language).client.get(f"/portal/link/{forged}/")
            assert answer.status_code == 403
            assert say("link") in text(answer)
        assert everything() == before

    def test_a_link_that_expires_or_is_taken_back_while_its_customer_reads(self, customer_of, say):
        order, reason = an_order(), a_close_reason()
        expiring, revoked = customer_of(order, expires_at=AT), customer_of(order)
        revoke_links(order.customer, actor=system(), at=AT - datetime.timedelta(hours=2))
        for customer in (revoked, expiring):
            customer.client.get(f"/portal/orders/{order.number}/")
        before = everything()
        answer = revoked.client.post(closure_of(order, "/portal"), {"reason": reason.pk})
        assert answer.status_code == 403
        assert say("link") in text(answer)
        assert everything() == before

    def test_an_expired_link_closes_nothing(self, customer_of, say, clock):
        order, reason = an_order(), a_close_reason()
        customer = customer_of(order, expires_at=AT)
        customer.open(f"/portal/orders/{order.number}/")
        clock(2026, 3, 16, 13)
        before = everything()
        answer = customer.client.post(closure_of(order, "/portal"), {"reason": reason.pk})
        assert answer.status_code == 403
        assert say("link") in text(answer)
        assert everything() == before


class TestInvoicing:
    def test_a_double_click_makes_one_invoice(self, staff, say):
        order = an_order()
        form = {"expected_period_start": hidden(staff.open(f"/orders/{order.number}/"), "expected_period_start")}
        staff.press(f"/orders/{order.number}/invoices/", form)
        # The button leads back to the order, where the refusal stands.
        staff.refused(200, say("invoiced"), f"/orders/{order.number}/invoices/", form)
        assert Invoice.objects.count() == 1

    def test_a_period_to_come_is_asked_about_first(self, staff):
        order = an_order()
        an_invoice(order)
        before = everything()
        answer = staff.client.post(f"/orders/{order.number}/invoices/", {"expected_period_start": "2026-04-16"})
        assert answer.status_code == 200
        assert hidden(text(answer), "early") == "1"
        assert everything() == before

    @pytest.mark.parametrize("make", [a_quotation, a_churned_order])
    def test_only_an_order_in_progress_is_invoiced(self, staff, say, make):
        order = make()
        assert f"[/orders/{order.number}/invoices/]" not in staff.open(f"/orders/{order.number}/")
        for form in ({}, {"expected_period_start": "2026-03-16"}, {"expected_period_start": "2026-03-16", "early": "1"}):
            staff.refused(200, say("not in progress"), f"/orders/{order.number}/invoices/", form)


class TestPaying:
    def test_a_double_click_makes_one_payment(self, staff, say):
        invoice = an_invoice()
        url = f"/invoices/{invoice.pk}/payments/"
        form = {"amount": "1000", "paid_on": "2026-03-16", "method": "cash"}
        form["form_key"] = hidden(staff.open(url), "form_key")
        staff.press(url, form)
        staff.refused(200, say("paid"), url, form)
        assert Payment.objects.get().amount_minor == 1000

    def test_more_than_is_open_only_after_being_asked(self, staff, say):
        invoice = an_invoice()
        form = {"amount": "600000", "paid_on": "2026-03-16", "method": "cash"}
        staff.press(f"/invoices/{invoice.pk}/payments/", form)
        # 1,000,000 - 600,000 = 400,000, which is less than 600,000; one more than that is too much as well.
        for amount in ("600000", "400001"):
            staff.refused(422, say("too much"), f"/invoices/{invoice.pk}/payments/", form | {"amount": amount})
        staff.press(f"/invoices/{invoice.pk}/payments/", form | {"amount": "400001", "rest_minor": "1"})
        assert [payment.unused_minor for payment in Payment.objects.order_by("pk")] == [0, 1]


class TestLoggingIn:
    def log_in(self, language, email, password):
        return Browser(language).client.post("/account/login/", {"login": email, "password": password})

    def test_the_sixth_attempt_is_refused_even_with_the_right_password_until_time_has_passed(self, language, say, clock):
        email = a_user("manager", email="lan@example.com").email
        for _ in range(5):
            assert say("too many") not in text(self.log_in(language, email, "wrong"))
        for attempt in (email, email.upper(), f" {email} "):
            answer = self.log_in(language, attempt, "soon-demo")
            assert answer.status_code == 200
            assert say("too many") in text(answer)
        # Another account is not shut out with it.
        assert self.log_in(language, a_user("manager").email, "soon-demo").status_code == 302
        clock(2026, 3, 16, 9, 6)
        assert self.log_in(language, email, "soon-demo").status_code == 302

    def test_an_account_that_is_not_active(self, language, say):
        user = a_user("manager", is_active=False)
        browser = Browser(language)
        page = browser.client.post("/account/login/", {"login": user.email, "password": "soon-demo"}, follow=True)
        assert say("not active") in text(page) or "/account/inactive/" in str(page.redirect_chain)
        assert browser.client.get("/").headers["Location"].startswith("/account/login/")

    def test_an_account_shut_while_it_is_inside(self, staff):
        a_manager = type(a_user("administrator")).objects.filter(role="manager")
        a_manager.update(is_active=False)
        assert staff.client.get("/orders/").headers["Location"].startswith("/account/login/")

    def test_nobody_signs_up(self):
        with pytest.raises(NoReverseMatch):
            reverse("account_signup")
        for path in ("signup/", "register/", "sign-up/"):
            assert Browser().client.get(f"/account/{path}").status_code == 404
