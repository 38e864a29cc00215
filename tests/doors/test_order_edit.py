"""Making and changing quotations: prices from the catalogue, what people typed is never replaced, refusals write nothing."""

from decimal import Decimal

import pytest

from soon.models import Order, Price
from tests.builders import a_customer, a_plan, a_product, a_quotation, a_tax, a_user, an_order
from tests.doors.selling import everything, shown_row, typed
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return a_plan()


@pytest.fixture
def product(plan):
    made = a_product("HOST", plan=plan, price_minor=590_000, tax=a_tax("8"))
    Price.objects.create(product=made, plan=plan, currency="USD", amount_minor=2550)
    return made


def test_a_quotation_is_made_with_prices_and_taxes_of_the_catalogue(plan, product):
    customer = a_customer()
    line = {"product": product.pk, "quantity": "2", "discount_percent": "10", "tax": product.tax_id}
    answer = logged_in().post("/orders/new/", typed(customer, plan, line, customer_reference="PO 7"))
    order = Order.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/orders/{order.number}/"
    stored = order.lines.get()
    assert (order.state, order.customer, order.customer_reference) == ("quotation", customer, "PO 7")
    assert (stored.unit_price_minor, stored.quantity, stored.net_minor, stored.tax_minor) == (590_000, 2, 1_062_000, 84_960)


@pytest.mark.parametrize(
    ("currency", "text", "minor"),
    [
        ("VND", "1.250.000", 1_250_000),
        ("VND", "1,250,000 ₫", 1_250_000),
        ("USD", "1,250,000.50", 125_000_050),
        ("USD", "25.5", 2550),
        ("KWD", "1.250", 1250),
    ],
)
def test_amounts_are_read_exactly_as_people_type_them(plan, product, currency, text, minor):
    line = {"product": product.pk, "unit_price": text}
    logged_in().post("/orders/new/", typed(a_customer(), plan, line, currency=currency))
    assert Order.objects.get().lines.get().unit_price_minor == minor


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"unit_price": "1,5"}, "VND has no decimals"),
        ({"unit_price": "viele"}, "Write an amount with digits"),
        ({"unit_price": "-5"}, "An amount cannot be negative"),
        ({"unit_price": "9" * 30}, "too large"),
        ({"quantity": "0"}, "must be more than zero"),
        ({"quantity": "0.0001"}, "decimal places"),
        ({"discount_percent": "101"}, "less than or equal to"),
        ({"product": "999999"}, "no longer offered"),
        ({"product": ""}, "Choose a product, or remove this line"),
        ({"tax": "999999"}, "no longer offered"),
        ({"quantity": "999999999", "unit_price": "999999999999999"}, "too large"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(plan, product, wrong, says):
    client, customer, before = logged_in(), a_customer(), everything()
    line = {"product": product.pk, "unit_price": "77000", "quantity": "3"} | wrong
    answer = client.post("/orders/new/", typed(customer, plan, line, note="Kept"))
    page = text_of(answer)
    assert answer.status_code == 422
    assert says in page
    assert "Line 1, " in page
    assert "Kept" in page
    assert everything() == before


def test_without_a_price_in_the_catalogue_one_must_be_typed(plan, product):
    client, before = logged_in(), everything()
    data = typed(a_customer(), plan, {"product": product.pk}, currency="EUR")
    answer = client.post("/orders/new/", data)
    assert answer.status_code == 422
    assert "There is no price for this plan and currency: type one." in text_of(answer)
    assert everything() == before


def test_choosing_a_product_fills_price_and_tax_and_a_plan_changes_them(plan, product):
    yearly = a_plan("Hằng năm", interval_unit="year")
    Price.objects.create(product=product, plan=yearly, currency="VND", amount_minor=5_900_000)
    client, customer = logged_in(), a_customer()
    first = client.post("/orders/new/", typed(customer, plan, {"product": product.pk}, refresh="1"))
    row = shown_row(first)
    assert (row["unit_price"], row["tax"], row["charge"]) == ("590,000", str(product.tax_id), "recurring")
    assert first.status_code == 200
    row["quantity"] = "4"
    second = client.post("/orders/new/", typed(customer, yearly, row, refresh="1"))
    assert (shown_row(second)["unit_price"], shown_row(second)["quantity"]) == ("5,900,000", "4")
    assert second.context["totals"].total == 4 * 5_900_000 * 108 // 100
    assert not Order.objects.exists()


def test_what_was_typed_is_never_replaced(plan, product):
    yearly = a_plan("Hằng năm", interval_unit="year")
    Price.objects.create(product=product, plan=yearly, currency="VND", amount_minor=5_900_000)
    client, customer = logged_in(), a_customer()
    row = shown_row(client.post("/orders/new/", typed(customer, plan, {"product": product.pk}, refresh="1")))
    row |= {"unit_price": "500.000", "quantity": "7", "discount_percent": "5", "tax": "", "description": "As agreed"}
    again = shown_row(client.post("/orders/new/", typed(customer, yearly, row, currency="USD", refresh="1")))
    assert {name: again[name] for name in row if name != "filled"} == {name: row[name] for name in row if name != "filled"}


def test_opening_and_saving_a_quotation_changes_nothing(plan, product):
    user = a_user("manager")
    order = a_quotation(plan=plan, salesperson=user, customer_reference="PO 1")
    order.lines.update(unit_price_minor=1_234_567, quantity=Decimal("2.5"))
    client = logged_in()
    shown = client.get(f"/orders/{order.number}/edit/")
    words = {name: shown.context["form"][name].value() or "" for name in shown.context["form"].fields}
    posted = typed(None, None, shown_row(shown)) | words
    assert client.post(f"/orders/{order.number}/edit/", posted).status_code == 302
    line = order.lines.get()
    assert (line.unit_price_minor, line.quantity) == (1_234_567, Decimal("2.5"))
    order.refresh_from_db()
    assert (order.plan, order.salesperson, order.customer_reference) == (plan, user, "PO 1")


def test_a_product_sold_once_is_charged_once(plan):
    setup = a_product("SETUP")
    Price.objects.create(product=setup, plan=None, currency="VND", amount_minor=300_000)
    row = shown_row(logged_in().post("/orders/new/", typed(a_customer(), plan, {"product": setup.pk}, refresh="1")))
    assert (row["charge"], row["unit_price"]) == ("once", "300,000")


def test_the_customer_brings_their_currency_unless_another_was_chosen(plan, product):
    client, foreigner = logged_in(), a_customer(currency="USD")
    filled = client.post("/orders/new/", typed(foreigner, plan, {"product": product.pk}, refresh="1"))
    assert filled.context["form"]["currency"].value() == "USD"
    assert shown_row(filled)["unit_price"] == "25.50"
    chosen = client.post("/orders/new/", typed(foreigner, plan, currency="EUR", refresh="1"))
    assert chosen.context["form"]["currency"].value() == "EUR"


def test_lines_are_added_and_removed_without_scripts(plan, product):
    client, customer = logged_in(), a_customer()
    rows = [{"product": product.pk, "quantity": "3"}, {"product": product.pk, "quantity": "9"}]
    more = client.post("/orders/new/", typed(customer, plan, *rows, add_line="1"))
    assert [shown_row(more, number)["quantity"] for number in range(3)] == ["3", "9", "1"]
    data = typed(customer, plan, *rows, {}) | {"lines-0-DELETE": "on"}
    client.post("/orders/new/", data)
    assert [line.quantity for line in Order.objects.get().lines.all()] == [9]


def test_a_quotation_is_changed_and_the_chatter_says_what(plan, product):
    order = a_quotation(plan=plan)
    data = typed(order.customer, plan, {"product": product.pk}, customer_reference="PO 9")
    assert logged_in().post(f"/orders/{order.number}/edit/", data).status_code == 302
    page = text_of(logged_in().get(f"/orders/{order.number}/"))
    assert "PO 9" in page
    assert "Order lines:" in page


def test_of_a_confirmed_order_only_words_change():
    order, seller = an_order(), a_user("salesperson", name="Võ An")
    client = logged_in("manager")
    assert "its lines, prices and dates stand" in text_of(client.get(f"/orders/{order.number}/edit/"))
    lines = list(order.lines.values())
    words = {"customer_reference": "PO 3", "salesperson": seller.pk, "note": "Pay late"}
    data = typed(None, None, {"quantity": "9"}) | words
    assert client.post(f"/orders/{order.number}/edit/", data).status_code == 302
    order.refresh_from_db()
    assert (order.customer_reference, order.salesperson, order.note) == ("PO 3", seller, "Pay late")
    assert list(order.lines.values()) == lines
    assert order.activities.filter(kind="order_changed").count() == 1


def test_a_salesperson_keeps_their_quotations(plan, product):
    other = a_user("salesperson")
    client, before = logged_in("salesperson"), everything()
    refused = client.post("/orders/new/", typed(a_customer(), plan, {"product": product.pk}, salesperson=other.pk))
    assert refused.status_code == 422
    assert everything() == before


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused_or_shown_as_text(plan, product, name):
    text = HOSTILE[name]
    client, customer = logged_in(), a_customer()
    line = {"product": product.pk, "quantity": text, "unit_price": text, "tax": text, "charge": text, "filled": text}
    fields = ("currency", "plan", "customer", "start_on", "expires_on", "salesperson", "note", "filled_currency")
    for words in (dict.fromkeys(fields, text), {"currency": text}, {"plan": text}):
        for extra in ({}, {"refresh": "1"}):
            answer = client.post("/orders/new/", typed(customer, plan, line) | words | extra)
            assert answer.status_code in (200, 422)
            assert "<script>alert" not in text_of(answer)
    weird = typed(customer, plan, line) | {"lines-TOTAL_FORMS": text}
    assert client.post("/orders/new/", weird).status_code in (302, 422)


def test_search_fields_offer_customers_and_products():
    customer, product = a_customer(name="Nguyễn Thị Hoa", email="hoa@example.com"), a_product("VPN-1")
    a_customer(name="Trần Văn Sen", email="sen@example.com")
    client = logged_in()
    assert client.get("/customers/options/?q=nguyen hoa").json() == [
        {"value": str(customer.pk), "label": "Nguyễn Thị Hoa", "hint": "hoa@example.com"}
    ]
    assert [each["value"] for each in client.get("/products/options/?q=vpn").json()] == [str(product.pk)]


def test_the_longest_quotation_is_stored(plan, product):
    answer = logged_in().post("/orders/new/", typed(a_customer(), plan, *[{"product": product.pk, "unit_price": "1000"}] * 200))
    assert answer.status_code == 302
    assert Order.objects.get().lines.count() == 200


@pytest.mark.parametrize(("day", "says"), [("0001-01-01", "too long ago"), ("9999-12-31", "too far away")])
@pytest.mark.parametrize("field", ["start_on", "expires_on"])
def test_a_year_that_was_mistyped(plan, product, field, day, says):
    before = everything()
    answer = logged_in().post(
        "/orders/new/", typed(a_customer(), plan, {"product": product.pk, "unit_price": "5"}, **{field: day})
    )
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert everything() == before


def test_an_amount_that_no_column_holds(plan, product):
    before = everything()
    line = {"product": product.pk, "unit_price": str(10**13)}
    answer = logged_in().post("/orders/new/", typed(a_customer(), plan, line))
    assert answer.status_code == 422
    assert "This amount is too large" in text_of(answer)
    assert everything() == before
