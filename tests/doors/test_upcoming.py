"""What will be billed: the pages of an order and of a plan, and the form of a quotation, in both languages, without scripts."""

import datetime
import re

import pytest

from soon.models import Order
from tests.builders import (
    TODAY,
    a_churned_order,
    a_customer,
    a_draft_line,
    a_plan,
    a_product,
    a_quotation,
    a_tax,
    an_invoice,
    an_order,
)
from tests.doors.selling import typed
from tests.doors.setting_up import HOSTILE, logged_in, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


def words_of(response) -> str:
    """Return what somebody reads on the page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(response)).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            [
                "If the quotation is confirmed on 16 March 2026",
                "Free until 29 March 2026. The first day to be paid for is 30 March 2026.",
                "Periods begin on day 15 of the month.",
                "The first invoice is for the days up to the next period only",
                "Only 30 Mar 2026 to 14 Apr 2026 is charged: 16/31 of the days of the period",
                "The days up to 29 Mar 2026 were free.",
                "The price includes tax: 8% of 108% of ₫557,419 = ₫41,290; without tax ₫516,129.",
                "And so on, until somebody closes it.",
            ],
        ),
        (
            "vi",
            [
                "Miễn phí đến hết ngày 29 tháng 3 năm 2026",
                "Giá đã gồm thuế: 8% trên 108% của 557.419 ₫ = 41.290 ₫; chưa thuế 516.129 ₫.",
            ],
        ),
    ],
)
def test_a_quotation_says_what_it_will_bill_and_why(language, says):
    plan = a_plan(alignment="calendar", anchor_day=15)
    line = a_draft_line(1_080_000, tax=a_tax("8", is_included=True))
    order = a_quotation(plan=plan, lines=[line], trial_days=14)
    page = logged_in(language=language).get(f"/orders/{order.number}/upcoming/")
    assert page.status_code == 200
    assert text_of(page).count("coming-document") == 12
    for words in says:
        assert words in words_of(page), words


def test_an_order_in_arrears_for_an_exempt_customer_with_an_end():
    line = a_draft_line(1_000_000, tax=a_tax("10"))
    order = an_order(
        plan=a_plan(in_arrears=True),
        lines=[line],
        customer=a_customer(is_tax_exempt=True),
        ends_on=datetime.date(2026, 5, 1),
    )
    page = words_of(logged_in().get(f"/orders/{order.number}/upcoming/"))
    for words in (
        "Invoices come after the period they are for, on the day after its last.",
        "It is billed after the period, not before.",
        "The customer is exempt from tax.",
        "The tax of 10% is not charged, because the buyer is exempt from tax.",
        "After that nothing is billed any more: the last day of service is 30 April 2026.",
        "1,500,000",
    ):
        assert words in page, words
    assert "If the quotation" not in page


@pytest.mark.parametrize(
    ("state", "says"), [("paused", "paused: nothing is billed until it is resumed"), ("cancelled", "Nothing will be billed.")]
)
def test_what_is_not_billed_says_so(state, says):
    order = an_order() if state == "paused" else a_quotation()
    Order.objects.filter(pk=order.pk).update(state=state, next_invoice_on=None)
    assert says in words_of(logged_in().get(f"/orders/{order.number}/upcoming/"))
    assert f"/orders/{order.number}/upcoming/" not in text_of(logged_in().get(f"/orders/{order.number}/"))


def test_a_closed_order_bills_nothing():
    assert "Nothing will be billed." in words_of(logged_in().get(f"/orders/{a_churned_order().number}/upcoming/"))


def test_missed_periods_are_marked(clock):
    order = an_order()
    clock(2026, 5, 20)
    page = words_of(logged_in().get(f"/orders/{order.number}/upcoming/"))
    assert page.count("missed") == 3
    assert page.count("Invoice date: 20 May 2026") == 3


def test_the_order_and_the_plan_lead_there():
    order = a_quotation()
    client = logged_in()
    assert f'href="/orders/{order.number}/upcoming/"' in text_of(client.get(f"/orders/{order.number}/"))
    assert f'href="/plans/{order.plan_id}/upcoming/"' in text_of(client.get(f"/plans/{order.plan_id}/"))


def test_the_form_of_a_quotation_shows_it_without_saving_and_keeps_what_was_typed():
    plan = a_plan(trial_days=30)
    product = a_product("HOST", plan=plan, price_minor=590_000, tax=a_tax("8"))
    client, customer = logged_in(), a_customer(is_tax_exempt=True)
    line = {"product": product.pk, "tax": product.tax_id}
    before = everything()
    data = typed(customer, plan, line, upcoming="1", last_day_on="2026-06-30", note="Kept")
    page = client.post("/orders/new/", data)
    assert page.status_code == 200
    words = words_of(page)
    for said in (
        "Nothing is saved yet.",
        "Free until 14 April 2026",
        "30 June 2026",
        "Kept",
        "The customer is exempt from tax.",
    ):
        assert said in words, said
    assert page.context["form"]["trial_days"].value() == "30"
    assert page.context["totals"].total == 590_000
    assert everything() == before
    assert page.context["upcoming"].documents[0].issued_on == datetime.date(2026, 4, 15)
    client.post("/orders/new/", {name: value for name, value in data.items() if name != "upcoming"})
    order = Order.objects.get()
    assert (order.trial_days, order.ends_on, order.total_minor) == (30, datetime.date(2026, 7, 1), 590_000)


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"trial_days": "7", "plan": ""}, "trial_days", "Choose a recurring plan first"),
        ({"trial_days": "-1"}, "trial_days", "greater than or equal to 0"),
        ({"trial_days": "1000"}, "trial_days", "less than or equal to 999"),
        ({"trial_days": "1.5"}, "trial_days", "whole number"),
        ({"last_day_on": "2026-03-15", "start_on": "2026-03-16"}, "last_day_on", "must not lie before it"),
        ({"last_day_on": "2026-02-30"}, "last_day_on", "Enter a valid date"),
    ],
)
@pytest.mark.parametrize("button", ["save", "upcoming"])
def test_terms_that_make_no_sense_are_named_at_their_field(wrong, field, says, button):
    plan = a_plan()
    product = a_product(plan=plan)
    client, customer = logged_in(), a_customer()
    before = everything()
    line = {"product": product.pk, "unit_price": "1000", "charge": "once"}
    page = client.post("/orders/new/", typed(customer, plan, line) | wrong | {button: "1"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert says in words_of(page)
    assert everything() == before


def test_the_trial_comes_with_the_plan_and_is_never_replaced_once_typed():
    short, long = a_plan(trial_days=14), a_plan("Hằng năm", trial_days=60)
    client, customer = logged_in(), a_customer()

    def shown(plan, **typed_words) -> tuple[str, str]:
        form = client.post("/orders/new/", typed(customer, plan, refresh="1", **typed_words)).context["form"]
        return form["trial_days"].value(), form["filled_trial"].value()

    assert shown(short) == ("14", "14")
    assert shown(long, trial_days="14", filled_trial="14") == ("60", "60")
    assert shown(long, trial_days="10", filled_trial="14") == ("10", "60")
    assert shown(long, trial_days="", filled_trial="14") == ("", "60")
    assert shown(None, trial_days="14", filled_trial="14") == ("", "")
    stored = a_quotation(plan=short, trial_days=0)
    form = client.get(f"/orders/{stored.number}/edit/").context["form"]
    assert (form["trial_days"].value(), form["filled_trial"].value()) == ("", "14")


def test_a_plan_is_tried_out_by_its_address_alone():
    plan = a_plan(alignment="calendar", anchor_day=31, trial_days=3)
    product = a_product("CLOUD", plan=plan, price_minor=1_080_000, tax=a_tax("8", is_included=True))
    client = logged_in()
    page = words_of(client.get(f"/plans/{plan.pk}/upcoming/"))
    for words in (
        "Free until 18 March 2026",
        "on day 31 of the month",
        "no such day, they begin on its last one",
        "₫1,080,000",
    ):
        assert words in page, words
    price = product.prices.get()
    there = f"/plans/{plan.pk}/upcoming/?start_on=2026-03-28&last_day_on=2026-05-10&price={price.pk}"
    shown = client.get(there).context["upcoming"]
    assert [each.total_minor for each in shown.documents] == [1_080_000, round(1_080_000 * 11 / 31)]
    other = client.get(f"/plans/{plan.pk}/upcoming/?price=&amount=99.50&currency=USD&start_on=2026-03-28")
    assert "$99.50" in words_of(other)
    assert client.get(f"/plans/{a_plan().pk}/upcoming/").context["upcoming"].documents[0].net_minor == 1_000_000


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("price=&amount=", "amount"),
        ("price=999999", "price"),
        ("price=&amount=1,5&currency=VND", "amount"),
        ("price=&amount=5&currency=XXX", "currency"),
        ("start_on=", "start_on"),
        ("start_on=20260-01-01", "start_on"),
        ("last_day_on=2026-03-01", "last_day_on"),
    ],
)
def test_what_cannot_be_tried_is_named_at_its_field(query, field):
    page = logged_in().get(f"/plans/{a_plan().pk}/upcoming/?{query}")
    assert page.status_code == 422
    assert field in page.context["form"].errors


@pytest.mark.parametrize("name", ["start_on", "last_day_on", "price", "amount", "currency", "tax"])
def test_hostile_addresses_are_never_a_fault(name):
    plan, client = a_plan(), logged_in()
    for text in HOSTILE.values():
        page = client.get(f"/plans/{plan.pk}/upcoming/", {"price": "", "amount": "5", name: text})
        assert page.status_code in (200, 422)
        assert "<script>alert" not in text_of(page)


def test_the_pages_cost_the_same_however_much_is_on_them(django_assert_max_num_queries):
    plan = a_plan()
    tax = a_tax()
    lines = [a_draft_line(product=a_product(plan=plan), tax=tax) for _ in range(12)]
    order = an_order(plan=plan, lines=lines)
    client = logged_in()
    # Session, reader, time zone of our company, order, lines, changes that wait.
    with django_assert_max_num_queries(6):
        client.get(f"/orders/{order.number}/upcoming/")
    # Session, reader, time zone, plan, our company, prices twice, taxes.
    with django_assert_max_num_queries(8):
        client.get(f"/plans/{plan.pk}/upcoming/")


def test_prices_say_whether_they_contain_tax():
    plan = a_plan()
    inside, on_top = a_tax("8", is_included=True), a_tax("10")
    lines = [a_draft_line(1_080_000, product=a_product("IN", plan=plan, tax=inside), tax=inside)]
    client = logged_in()
    assert "Unit price tax included" in words_of(client.get(f"/orders/{an_order(plan=plan, lines=lines).number}/"))
    lines.append(a_draft_line(product=a_product("TOP", plan=plan, tax=on_top), tax=on_top))
    order = an_order(plan=plan, lines=lines)
    page = words_of(client.get(f"/orders/{order.number}/"))
    assert "Unit price Tax" in page
    assert "1,080,000 tax included" in page
    plans = words_of(client.get(f"/plans/{plan.pk}/"))
    assert "VAT 8% included" in plans
    assert "plus VAT 10%" in plans
    assert "VAT 8% included" in words_of(client.get(f"/products/{lines[0].product.pk}/"))
    edit = words_of(client.get(f"/orders/{a_quotation(plan=plan, lines=lines).number}/edit/"))
    assert "tax included" in edit
    assert "before tax" in edit
    assert "Included in the price" in words_of(client.get("/taxes/"))


def test_the_order_page_tells_of_trial_end_and_exemption():
    line = a_draft_line(tax=a_tax())
    order = an_order(
        lines=[line], trial_days=10, ends_on=TODAY + datetime.timedelta(100), customer=a_customer(is_tax_exempt=True)
    )
    page = words_of(logged_in().get(f"/orders/{order.number}/"))
    for words in ("Free until 25 March 2026", "Last day of service 23 June 2026", "Exempt from tax", "exempt"):
        assert words in page, words
    assert "Exempt from tax" in words_of(logged_in().get(f"/customers/{order.customer_id}/"))


def test_a_customer_form_tells_what_an_exemption_does():
    customer = a_quotation(lines=[a_draft_line(tax=a_tax())]).customer
    client = logged_in()
    form = client.get(f"/customers/{customer.pk}/edit/").context["form"]
    data = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    assert client.post(f"/customers/{customer.pk}/edit/", data | {"is_tax_exempt": "on", "is_company": ""}).status_code == 302
    order = Order.objects.get()
    assert order.tax_minor == 0
    chatter = words_of(client.get(f"/orders/{order.number}/"))
    assert "changed whether the customer is exempt from tax, and with it what the order costs." in chatter
    assert "₫1,080,000" in chatter


def test_an_issued_invoice_says_why_in_the_back_office():
    line = a_draft_line(1_080_000, tax=a_tax("8", is_included=True))
    order = an_order(plan=a_plan(in_arrears=True), lines=[line], trial_days=5, customer=a_customer(is_tax_exempt=True))
    invoice = an_invoice(order)
    page = words_of(logged_in().get(f"/invoices/{invoice.pk}/"))
    for words in (
        "The days up to 20 Mar 2026 were free.",
        "It is billed after the period, not before.",
        "₫1,080,000 × 1 ÷ 108% = ₫1,000,000",
        "The price contains a tax of 8%. It is taken out, because the buyer is exempt from tax.",
    ):
        assert words in page, words
