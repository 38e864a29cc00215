"""Words find orders and invoices by every way people mean them, each asked where an index answers."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from soon.models import Invoice, NumberSeries, Order
from soon.queries import words as words_module
from soon.queries.invoices import INVOICES
from soon.queries.listing import ListState, Reader
from soon.queries.listing.rows import filtered
from soon.queries.orders import ORDERS
from tests.builders import TODAY, a_customer, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db


def found(spec, rows, words: str) -> list:
    query = QueryDict(mutable=True)
    query["q"] = words
    reader = Reader(user=a_user("manager"), today=TODAY)
    answers = []
    for few in (500, 0):
        with patch.object(words_module, "FEW", few):
            answers.append(list(filtered(rows, spec, ListState.read(query, spec), reader).order_by("pk")))
    assert answers[0] == answers[1], "whether what a word means is few or many makes no difference"
    return answers[0]


def numbered(order: Order, number: str) -> Order:
    Order.objects.filter(pk=order.pk).update(number=number)
    order.refresh_from_db()
    return order


@pytest.fixture
def orders() -> dict[str, Order]:
    """Three orders of two customers, far apart in number."""
    hoa = a_customer(name="Trần Thị Hoà", email="hoa@example.com", phone="0905 111 222")
    rail = a_customer(name="Công ty Đường Sắt", email="info@rail.example")
    return {
        "first": numbered(an_order(customer=hoa, customer_reference="PO-7/Đỏ"), "S00042"),
        "second": numbered(an_order(customer=rail, external_id="7590-VHVEG"), "S00420"),
        "third": numbered(an_order(customer=rail), "S1234567"),
    }


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("42", "first"), ("S42", "first"), ("s00042", "first"), ("S0004", "first"), ("s0042", "first second"),
        ("s", "first second third"), ("1234567", "third"), ("S12345", "third"), ("234567", ""), ("0042", "first"), ("s42x", ""),
        ("hoa", "first"), ("HOÀ", "first"), ("duong", "second third"), ("đường sắt", "second third"),
        ("Sắt Đường", "second third"),        ("111 0905", "first"), ("rail.example", "second third"),
        ("po-7", "first"), ("7/Đỏ", "first"), ("vhveg", "second"),
        ("sat 420", "second"), ("420 SẮT công", "second"), ("hoa 420", ""), ("hoa po-7 42", "first"), ("duong vhveg", "second"),
        ("po-7 vhveg", ""), ("S00042 S00042", "first"),
    ],
)  # fmt: skip
def test_an_order_is_found_by_customer_number_reference_and_external_id(orders, words, names):
    assert found(ORDERS, Order.objects.all(), words) == [orders[name] for name in names.split()]


def document(order: Order, number: str) -> Invoice:
    # An issued document is final: it gets its number when it is stored.
    series, year, count = number.split("/")
    NumberSeries.objects.update_or_create(code=series, year=int(year), defaults={"last": int(count) - 1})
    invoice = an_invoice(order)
    assert invoice.number == number
    return invoice


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("INV/{y}/00031", [0]), ("inv/{y}/00031", [0]), ("INV{y}00031", [0]), ("inv{y}00031", [0]), ("31", [0]), ("00031", [0]),
        ("{y}/31", [0]), ("{y}/00031", [0]), ("INV/{y}/0003", [0]), ("INV/{y}", [0, 1]), ("INV{y}", []), ("CN/{y}/00031", []),
        ("32", []), ("311", [1]), ("8", []),
        ("S00042", [0]), ("s42", [0]), ("s0042", [0, 1]),
        ("hoà", [0]), ("duong", [1]), ("đường 311", [1]), ("hoa 311", []), ("sat inv/{y}", [1]), ("inv/1999/00031", []),
    ],
)  # fmt: skip
def test_an_invoice_is_found_by_number_order_and_customer(orders, words, places):
    year = TODAY.year
    invoices = [document(orders["first"], f"INV/{year}/00031"), document(orders["second"], f"INV/{year}/00311")]
    assert found(INVOICES, Invoice.objects.all(), words.format(y=year)) == [invoices[place] for place in places]


def test_whatever_is_typed_is_only_words(orders):
    for words in ("%", "_", "\\", "' OR 1=1 --", "~", "0" * 400, "9" * 30, "S" + "9" * 30, "INV/0000/1", "x " * 60):
        found(ORDERS, Order.objects.all(), words)
        found(INVOICES, Invoice.objects.all(), words)
    assert found(ORDERS, Order.objects.all(), " \t ") == list(orders.values())


@pytest.mark.only_on("postgresql")
def test_numbers_are_compared_byte_by_byte():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'number' AND collation_name = 'C' "
            "AND table_name IN ('soon_order', 'soon_invoice') ORDER BY 1"
        )
        assert cursor.fetchall() == [("soon_invoice",), ("soon_order",)]


@pytest.mark.parametrize(("spec", "rows"), [(ORDERS, Order.objects.all()), (INVOICES, Invoice.objects.all())])
def test_each_way_is_asked_by_itself(spec, rows):
    """With "or" between tables no index would serve: no condition of a single word looks at two of them."""
    reader = Reader(user=a_user("manager"), today=TODAY)
    an_invoice(an_order(customer=a_customer(name="Hoa")))
    with CaptureQueriesContext(connection) as captured, patch.object(words_module, "FEW", 0):
        assert len(filtered(rows, spec, ListState(q="hoa"), reader)) == 1
    assert len(captured) == 3
    assert "UNION ALL" in captured[1]["sql"]
    assert not [query["sql"] for query in captured if "JOIN" in query["sql"]]
