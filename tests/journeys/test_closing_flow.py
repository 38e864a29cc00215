"""The whole flow, step by step and then in one walk: a plan is set up, sold, invoiced, paid, and closed by either side.

Everything happens through HTTP, as people do it. The steps are those of the user guide.
"""

import pytest

from soon.models import Activity, CloseReason, Closure, Customer, Invoice, Letter, Order, Plan, Product, Tax, User
from soon.operations.installation.seed import seed
from tests.builders import (
    a_close_reason,
    a_customer,
    a_plan,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_invoice,
    an_order,
)
from tests.doors.portal import a_link
from tests.journeys.browser import Browser, hidden, letters_sent, link_in
from tests.operations.records import everything

pytestmark = pytest.mark.django_db

MONTHLY = {
    "name_vi": "Hằng tháng",
    "name_en": "Monthly",
    "interval_count": "1",
    "interval_unit": "month",
    "alignment": "anniversary",
    "closable_at": "any_time",
    "staff_closing_day": "today",
    "credit_policy": "unused_days",
    "closing_day_is_served": "on",
    "is_closable": "on",
    "position": "10",
    "prices-TOTAL_FORMS": "0",
    "prices-INITIAL_FORMS": "0",
}
CUSTOMER = {
    "name": "Công ty Bình Minh",
    "email": "binhminh@example.com",
    "country": "VN",
    "language": "vi",
    "currency": "VND",
    "time_zone": "Asia/Ho_Chi_Minh",
}


@pytest.fixture(autouse=True)
def a_morning(clock):
    seed()
    return clock(2026, 3, 16)


@pytest.fixture
def manager() -> Browser:
    """A manager who reads English."""
    return Browser().log_in(a_user("manager", language="en").email)


def quotation_form(customer, plan, *rows: dict, **head) -> dict[str, str]:
    """Return a quotation as the form sends it."""
    form = {"customer": customer.pk, "plan": plan.pk, "currency": "VND", "filled_currency": "VND"} | head
    form |= {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
    usual = {"charge": "recurring", "quantity": "1", "unit_price": "", "discount_percent": "", "tax": "", "filled": ""}
    return form | {f"lines-{place}-{name}": value for place, row in enumerate(rows) for name, value in (usual | row).items()}


def product_form(code: str, plan: str, amount: str, **fields) -> dict[str, str]:
    """Return a product with one price as the form sends it."""
    prices = {"prices-TOTAL_FORMS": 1, "prices-INITIAL_FORMS": 0, "prices-0-plan": plan, "prices-0-currency": "VND"}
    names = {"name_vi": fields.pop("name_vi", code), "name_en": code, "code": code, "kind": "service"}
    return names | prices | {"prices-0-amount_minor": amount} | fields


class TestSteps:
    """One story for each step."""

    def test_1_a_recurring_plan_is_made_and_changed(self, manager):
        assert "[/plans/new/]" in manager.open("/plans/")
        form = manager.open("/plans/new/")
        assert "Self-Service" in form and "Closable" in form
        page = manager.press("/plans/new/", MONTHLY)
        for words in ("Monthly", "Every month", "Self-Service", "Closable", "Subscriptions", "Subscription Items"):
            assert words in page
        plan = Plan.objects.get()
        an_order(plan=plan)
        page = manager.press(f"/plans/{plan.pk}/edit/", MONTHLY | {"name_en": "By the month", "is_closable": ""})
        assert "Only staff can close a subscription on this plan." in page
        assert "1 Subscription Items" in page or "Subscription Items 1" in page
        plan.refresh_from_db()
        assert (plan.name_en, plan.is_closable) == ("By the month", False)

    def test_2_products_have_prices_by_plan_and_one_order_has_both_kinds_of_lines(self, manager):
        monthly = a_plan()
        manager.press("/products/new/", product_form("CLOUD", str(monthly.pk), "1.000.000"))
        manager.press("/products/new/", product_form("SETUP", "", "300.000"))
        cloud, setup = Product.objects.get(code="CLOUD"), Product.objects.get(code="SETUP")
        rows = [{"product": cloud.pk, "quantity": "2"}, {"product": setup.pk, "charge": "once"}]
        page = manager.press("/orders/new/", quotation_form(a_customer(), monthly, *rows))
        order = Order.objects.get()
        # Every month 2 x 1,000,000 = 2,000,000; once 300,000: nobody typed a price, they came from the catalogue.
        assert (order.recurring_minor, order.total_minor) == (2_000_000, 2_300_000)
        assert "Recurring, every month" in page and "Charged once" in page and "2,300,000" in page

    def test_3_a_quotation_is_sent_and_confirmed(self, manager):
        order = a_quotation(customer=a_customer(language="en"))
        manager.press(f"/orders/{order.number}/sending/")
        (letter,) = letters_sent()
        assert order.customer.email in letter.to[0] and order.number in letter.subject
        page = manager.press(f"/orders/{order.number}/confirmation/")
        places = [page.index(step) for step in ("Quotation Sent", "In Progress", "Churned")]
        assert places == sorted(places)
        order.refresh_from_db()
        assert (order.state, str(order.start_on), str(order.next_invoice_on)) == ("in_progress", "2026-03-16", "2026-03-16")
        customer = Browser()
        assert order.number in customer.open(link_in(letter))

    def test_4_the_next_period_is_invoiced_and_paid_in_two_parts(self, manager):
        order = an_order()
        page = manager.open(f"/orders/{order.number}/")
        start = hidden(page, "expected_period_start")
        assert start == "2026-03-16"
        assert "INV/2026/00001" in manager.press(f"/orders/{order.number}/invoices/", {"expected_period_start": start})
        invoice = Invoice.objects.get()
        assert (str(invoice.period_start), str(invoice.period_end), invoice.total_minor) == (
            "2026-03-16",
            "2026-04-16",
            1_000_000,
        )
        assert manager.pdf(f"/invoices/{invoice.pk}/pdf/").startswith(b"%PDF")
        dialog = manager.open(f"/invoices/{invoice.pk}/payments/")
        assert hidden(dialog, "amount") in ("1000000", "1,000,000")
        pay = {"paid_on": "2026-03-16", "method": "bank_transfer"}
        page = manager.press(f"/invoices/{invoice.pk}/payments/", pay | {"amount": "400,000", "form_key": "a"})
        # 1,000,000 - 400,000 = 600,000 are left.
        assert "600,000" in page
        assert hidden(manager.open(f"/invoices/{invoice.pk}/payments/"), "amount") in ("600000", "600,000")
        manager.press(f"/invoices/{invoice.pk}/payments/", pay | {"amount": "600,000", "form_key": "b"})
        invoice.refresh_from_db()
        assert (invoice.paid_minor, invoice.payments.count()) == (1_000_000, 2)
        assert [letter.attachments[0].filename for letter in letters_sent()] == ["INV-2026-00001.pdf"]

    @pytest.mark.parametrize("said", ["Too expensive", "Quá đắt", "The owner retires"])
    def test_5_and_6_staff_close_with_a_listed_reason_or_their_own_words(self, manager, said):
        reason = a_close_reason("Quá đắt", name_en="Too expensive")
        order = an_order(customer=a_customer(language="en"))
        invoice = an_invoice(order)
        paid = {"amount": "1000000", "paid_on": "2026-03-16", "method": "cash"}
        manager.press(f"/invoices/{invoice.pk}/payments/", paid)
        # Also after it was invoiced and paid.
        assert f"[/orders/{order.number}/closure/] Close" in manager.open(f"/orders/{order.number}/")
        before = everything()
        dialog = manager.open(f"/orders/{order.number}/closure/")
        assert "Reason" in dialog and "Submit" in dialog and "16 March 2026" in dialog
        # Cancelling the dialog is a link back to the order.
        assert f"[/orders/{order.number}/] Keep subscription" in dialog
        assert everything() == before
        page = manager.press(f"/orders/{order.number}/closure/", {"reason": said})
        shown = said if said == "The owner retires" else "Too expensive"
        assert "Churned" in page and page.count(shown) >= 2
        assert f"closed the subscription in the back office: {shown}." in page and "Churned" in page
        closure = Closure.objects.get()
        assert (closure.reason, closure.own_words) == ((None, said) if said == "The owner retires" else (reason, ""))
        assert (closure.channel, str(closure.effective_on)) == ("backoffice", "2026-03-17")

    def test_7_staff_see_what_the_customer_sees_and_cannot_press_it(self, manager):
        order = an_order()
        assert f"[/portal/preview/{order.number}/] Preview" in manager.open(f"/orders/{order.number}/")
        page = manager.open(f"/portal/preview/{order.number}/")
        assert "Preview: this is what the customer sees." in page
        assert f"[/orders/{order.number}/] Back to the order" in page
        assert "Close Subscription" in page
        # Nothing on it leads anywhere or sends anything, but for the choice of language.
        assert f"/portal/orders/{order.number}/" not in page
        before = everything()
        for part in ("closure", "messages", "acceptance"):
            assert manager.client.post(f"/portal/orders/{order.number}/{part}/", {"body": "x"}).status_code == 403
        assert everything() == before

    def test_8_and_9_the_customer_closes_in_the_portal(self, manager):
        reason = a_close_reason("Quá đắt", name_en="Too expensive")
        a_close_reason("Chỉ nhân viên", name_en="Staff only", audience="staff")
        order = an_order(customer=a_customer(language="en"))
        an_invoice(order)
        customer = Browser()
        page = customer.open(f"/portal/link/{a_link(order.customer, order).token}/")
        assert "1,000,000" in page and "INV/2026/00001" in page
        assert page.index("Close Subscription") < page.index(f"Subscription {order.number}")
        dialog = customer.open(f"/portal/orders/{order.number}/closure/")
        assert "Too expensive" in dialog and "Staff only" not in dialog and "Submit" in dialog
        page = customer.press(f"/portal/orders/{order.number}/closure/", {"reason": reason.pk})
        assert "Closed" in page and "Close Subscription" not in page and "Too expensive" in page
        assert f"{order.number}" in customer.open("/portal/") and "Closed" in customer.open("/portal/")
        page = manager.open(f"/orders/{order.number}/")
        assert "Churned" in page and "Too expensive" in page
        assert f"{order.customer.name} closed the subscription in the customer portal: Too expensive." in page
        letter = letters_sent()[-1]
        assert order.number in letter.body and "16 March 2026" in letter.body and "Too expensive" in letter.body

    def test_10_close_reasons_are_kept_in_both_languages(self, manager):
        page = manager.open("/close-reasons/")
        assert page.count("Subscription too expensive") == 1 and "Unpaid for too long" in page
        says = {"audience": "everyone", "category": "circumstances", "comment_policy": "optional"}
        manager.press("/close-reasons/new/", {"name_vi": "Chuyển nhà", "name_en": "Moved"} | says)
        moved = CloseReason.objects.get(name_en="Moved")
        manager.press(f"/close-reasons/{moved.pk}/edit/", {"name_vi": "Dọn đi", "name_en": "Moved away"} | says)
        page = manager.press(f"/close-reasons/{moved.pk}/position/", {"direction": "up"})
        assert page.index("Moved away") < page.index("Other")
        vietnamese = Browser("vi").log_in(a_user("manager").email)
        assert "Dọn đi" in vietnamese.open("/close-reasons/")
        order = an_order()
        manager.press(f"/orders/{order.number}/closure/", {"reason": "Moved away"})
        manager.refused(200, "so it cannot be deleted", f"/close-reasons/{moved.pk}/deletion/")
        manager.press(f"/close-reasons/{moved.pk}/archival/")
        other = an_order()
        manager.refused(422, "no longer offered", f"/orders/{other.number}/closure/", {"reason": "Moved away"})
        assert "Dọn đi" in vietnamese.open(f"/orders/{order.number}/")


def test_the_whole_walk(clock):
    """From an empty house to a closed subscription: 31 January to 31 March 2026."""
    clock(2026, 1, 31)
    lan = a_user("manager", language="en", name="Trần Lan")
    order = sell(Browser().log_in(lan.email))
    (letter,) = letters_sent()
    accept(letter)
    letter = invoice_three_months(order, lan, clock)
    # A session ends after two weeks: on 31 March both come anew, the customer by the link of the last letter.
    manager, portal = Browser().log_in(lan.email), Browser("vi")
    portal.open(link_in(letter))
    pay_the_first(manager, portal)
    close_in_the_portal(order, portal)
    see_it_in_the_back_office(order, manager)


def sell(manager: Browser) -> Order:
    """Set up plan, products and customer, and send a quotation."""
    manager.press("/plans/new/", MONTHLY)
    plan, vat = Plan.objects.get(), Tax.objects.get(percent=8)
    manager.press("/products/new/", product_form("CLOUD", str(plan.pk), "1.000.000", tax=vat.pk, name_vi="Máy chủ"))
    manager.press("/products/new/", product_form("SETUP", "", "300.000", tax=vat.pk, name_vi="Cài đặt"))
    cloud, setup = Product.objects.get(code="CLOUD"), Product.objects.get(code="SETUP")
    manager.press("/customers/new/", CUSTOMER)
    # 2 x 1,000,000 = 2,000,000 + 8 % 160,000 = 2,160,000 each month
    # 300,000 - 10 % = 270,000 + 8 % 21,600 = 291,600 once; together 2,451,600.
    rows = [
        {"product": cloud.pk, "quantity": "2", "tax": vat.pk},
        {"product": setup.pk, "charge": "once", "discount_percent": "10", "tax": vat.pk},
    ]
    manager.press("/orders/new/", quotation_form(Customer.objects.get(), plan, *rows))
    order = Order.objects.get()
    assert (order.untaxed_minor, order.tax_minor, order.total_minor) == (2_270_000, 181_600, 2_451_600)
    manager.press(f"/orders/{order.number}/sending/")
    return order


def accept(letter) -> None:
    """The customer comes by the link of the letter, reads Vietnamese, and accepts."""
    portal, order = Browser("vi"), Order.objects.get()
    assert "2.451.600" in portal.open(link_in(letter))
    page = portal.press(f"/portal/orders/{order.number}/acceptance/")
    assert "Đang tiến hành" in page and "Đóng đăng ký" in page


def invoice_three_months(order: Order, lan: User, clock):
    """Issue three invoices, each on the day the one before leads to; return the last letter."""
    for month, day, total in [(1, 31, 2_451_600), (2, 28, 2_160_000), (3, 31, 2_160_000)]:
        clock(2026, month, day)
        manager = Browser().log_in(lan.email)
        start = hidden(manager.open(f"/orders/{order.number}/"), "expected_period_start")
        assert start == f"2026-{month:02}-{day}"
        manager.press(f"/orders/{order.number}/invoices/", {"expected_period_start": start})
        assert Invoice.objects.first().total_minor == total
        (letter,) = letters_sent()
        assert letter.attachments[0].filename == f"INV-2026-{month:05}.pdf"
    return letter


def pay_the_first(manager: Browser, portal: Browser) -> None:
    """Register the payment of the first invoice; the customer sees it."""
    first = Invoice.objects.get(number="INV/2026/00001")
    form = {"amount": "2.451.600", "paid_on": "2026-02-03", "method": "bank_transfer"}
    manager.press(f"/invoices/{first.pk}/payments/", form)
    page = portal.open("/portal/invoices/")
    assert "INV/2026/00003" in page and "Đã thanh toán" in page
    assert portal.pdf(f"/portal/invoices/{first.pk}/pdf/").startswith(b"%PDF")


def close_in_the_portal(order: Order, portal: Browser) -> None:
    """The customer closes on 31 March: that day is still served."""
    reason = CloseReason.objects.get(name_vi="Giá quá cao")
    dialog = portal.open(f"/portal/orders/{order.number}/closure/")
    # 2 x 2,160,000 are still open and stay due.
    assert "4.320.000" in dialog and "31 tháng 3 năm 2026" in dialog
    page = portal.press(f"/portal/orders/{order.number}/closure/", {"reason": reason.pk})
    assert "Đã đóng" in page and "Giá quá cao" in page


def see_it_in_the_back_office(order: Order, manager: Browser) -> None:
    """Staff see why it ended, and every letter is out."""
    page = manager.open(f"/orders/{order.number}/")
    assert "Churned" in page and "Subscription too expensive" in page and "in the customer portal" in page
    credit_note, letter = letters_sent()
    # Of 30 days from 31 March on one was used: 29/30 of 2,160,000 are taken off the invoice that is not paid.
    assert "2.088.000" in credit_note.body
    assert Invoice.objects.get(number="INV/2026/00003").open_minor == 72_000
    assert "Giá quá cao" in letter.body and "31 tháng 3 năm 2026" in letter.body
    assert order.number in manager.open("/orders/", filter="churned")
    order.refresh_from_db()
    assert (str(order.ends_on), order.next_invoice_on, order.closure.channel) == ("2026-04-01", None, "portal")
    kinds = set(Letter.objects.filter(order=order).values_list("kind", flat=True))
    assert kinds >= {"quotation", "invoice", "subscription_closed"}
    assert Letter.objects.filter(sent_at=None).count() == 0
    assert Activity.objects.filter(order=order, kind="closed_by_customer").count() == 1


def test_periods_are_counted_from_the_anchor(clock):
    """A subscription of 31 January is invoiced three times in advance: 31 January, 28 February, 31 March, not the 28th."""
    clock(2026, 1, 31)
    manager = Browser().log_in(a_user("manager", language="en").email)
    order = a_sent_quotation()
    manager.press(f"/orders/{order.number}/confirmation/")
    for _ in range(3):
        page = manager.open(f"/orders/{order.number}/invoices/")
        form = {"expected_period_start": hidden(page, "expected_period_start"), "early": "1"}
        manager.press(f"/orders/{order.number}/invoices/", form)
    periods = Invoice.objects.order_by("pk").values_list("period_start", "period_end", "total_minor")
    assert [(f"{start:%d/%m}", f"{end:%d/%m}", total) for start, end, total in periods] == [
        ("31/01", "28/02", 1_000_000),
        ("28/02", "31/03", 1_000_000),
        ("31/03", "30/04", 1_000_000),
    ]
