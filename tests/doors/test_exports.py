"""Every list and report as a file: what the page shows, in its order, of any length, and nothing that runs."""

import csv
import datetime
import io
import tracemalloc
from decimal import Decimal
from itertools import groupby
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from soon.activity.actor import system
from soon.backoffice import table_files
from soon.backoffice.table_files import Head, Table, table_file
from soon.models import CloseReason, Declaration
from soon.operations.close_visits.open_visit import open_visit
from soon.operations.verification.verify import verify
from soon.queries.csv_text import harmless
from soon.queries.verification.results import result_of
from tests.builders import (
    AT,
    TODAY,
    a_bulk_closing,
    a_churned_order,
    a_close_reason,
    a_customer,
    a_payment,
    a_plan,
    a_quotation,
    a_set_aside,
    a_tax,
    a_user,
    an_invoice,
    an_invoice_draft,
    an_order,
)

pytestmark = pytest.mark.django_db
LISTS = (
    *("orders", "customers", "products", "invoices", "payments", "letters", "closings", "plans", "taxes", "users"),
    *("set_aside", "ageing", "invoice_drafts", "billing_runs", "bulk_closings", "movements", "close_visits"),
)
DECLARED = {"name": "Lan", "email": "lan@example.com", "reference": "S00001", "time_zone": "Asia/Ho_Chi_Minh"}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def client(clock, english) -> Client:
    """Somebody who may see everything, in English, at noon of TODAY."""
    clock(TODAY.year, TODAY.month, TODAY.day, 12)
    reader = Client()
    reader.force_login(a_user("administrator", language="en"))
    return reader


def lines(response) -> list[list[str]]:
    """Return the rows of a CSV answer."""
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def sheets(content: bytes) -> list[list[list[tuple[str, str]]]]:
    """Return the sheets of an XLSX file: rows of (type, value), type "n" for numbers and "inlineStr" for text."""
    with ZipFile(io.BytesIO(content)) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        return [_rows_of(book.read(name)) for name in names]


def _rows_of(xml: bytes) -> list[list[tuple[str, str]]]:
    rows = ElementTree.fromstring(xml).iter(f"{SHEET}row")
    return [[(cell.get("t", "n"), "".join(cell.itertext())) for cell in row] for row in rows]


def everything() -> None:
    """Make something for every list, in several groups."""
    seller = a_user("salesperson", name="Lan")
    yearly, monthly = a_plan("Hằng năm", name_en="Yearly", interval_unit="year"), a_plan()
    a_payment(an_invoice(an_order(plan=monthly, salesperson=seller)), 1000)
    an_invoice(an_order(plan=yearly, currency="USD", price_minor=4950))
    a_churned_order(a_close_reason("Đắt", name_en="Dear"), plan=monthly)
    a_churned_order(a_close_reason("Xa", name_en="Far"), plan=monthly, salesperson=seller)
    a_quotation(plan=yearly)
    an_invoice_draft()
    a_set_aside(an_order(plan=monthly))
    a_bulk_closing(an_order(plan=monthly))
    for order in (an_order(plan=monthly, salesperson=seller), an_order(plan=yearly)):
        open_visit(order, at=AT, today=TODAY)
    a_tax()


@pytest.mark.parametrize("name", LISTS)
def test_every_list_grouped_or_not(client, name):
    everything()
    url = reverse(f"backoffice:{name}")
    spec = client.get(f"{url}?q=").context["spec"]
    everyone = ",".join(spec.column_of)
    for group in ("", *spec.grouping_keys):
        query = f"?group={group}&cols={everyone}"
        page = client.get(url + query).context
        head, *body = lines(client.get(f"{url}{query}&format=csv"))
        first = [str(spec.dimension_of[group].label)] if group else []
        labels = [str(column.label) for column in spec.columns]
        assert head[: len(first) + len(labels)] == first + labels
        assert len(body) == page["total_count"] > 0
        sheet = sheets(client.get(f"{url}{query}&format=xlsx").getvalue())[0]
        assert ([text for _kind, text in sheet[0]], len(sheet)) == (head, len(body) + 1)
        if group:
            found = [(text, len(list(rows))) for text, rows in groupby(row[0] for row in body)]
            assert found == [(harmless(each.group.text), each.group.count) for each in page["groups"]], group


def test_groups_follow_their_sums_where_the_page_sorts_by_them(client):
    everything()
    for sort in ("recurring", "-recurring"):
        url = f"/orders/?group=plan&sort={sort}"
        groups = [each.group.text for each in client.get(url).context["groups"]]
        assert list(dict.fromkeys(row[0] for row in lines(client.get(f"{url}&format=csv"))[1:])) == groups


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_pages_that_are_no_lists(client, kind):
    reason, order = a_close_reason("=Đắt"), an_order()
    a_churned_order(reason)
    Declaration.objects.create(**DECLARED, submitted_at=AT, form_key="1", wanted_on=TODAY)
    Declaration.objects.create(**DECLARED, submitted_at=AT, form_key="2", handled_at=AT, answer="No")
    found = verify(actor=system(), clock=lambda: AT)
    checks = sum(max(len(row.told), 1) for group in result_of(found) for row in group.rows)
    expected = {
        "/close-reasons/": 1 + CloseReason.objects.count(),
        "/declarations/": 2,
        "/declarations/?show=handled": 2,
        f"/orders/{order.number}/upcoming/": 13,
        f"/plans/{order.plan_id}/upcoming/?amount=50.000&currency=VND&price=": 13,
        "/verifications/": 1 + checks,
        f"/verifications/{found.pk}/": 1 + checks,
        f"/customers/{order.customer_id}/statement/": 3,
        "/reports/churn/": 21,
    }
    for url, count in expected.items():
        assert "format=csv" in client.get(url).content.decode()
        answer = client.get(url + ("&" if "?" in url else "?") + f"format={kind}")
        rows = lines(answer) if kind == "csv" else sheets(answer.getvalue())[0]
        assert len(rows) == count, url
        assert len({len(row) for row in rows}) == 1 or kind == "xlsx", url


def test_a_sheet_holds_numbers_days_and_text_but_no_formulas(client):
    an_order(customer=a_customer(name="=HYPERLINK(1)"))
    an_order(currency="USD", price_minor=4950, customer=a_customer(name="A" * 100 + "\x01"))
    response = client.get("/orders/?cols=number,customer,recurring,start&sort=number&format=xlsx")
    content = response.getvalue()
    with ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0.00"' in styles, "as many places as dollars have"
    assert 'formatCode="yyyy-mm-dd"' in styles
    (sheet,) = sheets(content)
    _head, first, second = sheet
    day = str((TODAY - datetime.date(1899, 12, 30)).days)
    assert first[1:] == [("inlineStr", "=HYPERLINK(1)"), ("n", day), ("n", "1000000"), ("inlineStr", "VND")]
    assert second[3] == ("n", "49.50")


def test_more_rows_than_a_sheet_holds_go_on_in_another(monkeypatch):
    monkeypatch.setattr(table_files, "LARGEST_SHEET", 2)
    rows = ([number, Decimal("1.50")] for number in range(5))
    found = sheets(
        table_file(Table("x", "A: [long] name/of the table", [Head("Number"), Head("Sum", "money")], rows), "xlsx").getvalue()
    )
    assert [[row[0][1] for row in sheet] for sheet in found] == [["Number", "0", "1"], ["Number", "2", "3"], ["Number", "4"]]
    assert sheets(table_file(Table("x", "Empty", [Head("Number")], []), "xlsx").getvalue()) == [[[("inlineStr", "Number")]]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+84 905 123 456", "+84 905 123 456"),
        ("+84.905.123.456", "+84.905.123.456"),
        ("-1 250", "-1 250"),
        ("+1+cmd", "'+1+cmd"),
        ("-", "'-"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        (Decimal("-12.50"), "-12.50"),
        (-5, "-5"),
    ],
)
def test_what_spreadsheets_run_is_text_and_numbers_stay_numbers(text, written):
    assert harmless(text) == written


def peak(kind: str, count: int) -> int:
    """Return the most bytes of Python that making a file of `count` rows held at a time."""
    rows = ([f"Row {number}", Decimal(number), TODAY] for number in range(count))
    heads = [Head("Name"), Head("Sum", "money"), Head("Day", "day")]
    tracemalloc.start()
    try:
        for _part in table_file(Table("x", "x", heads, rows), kind):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ten_times_the_rows_need_no_more_memory(kind):
    peak(kind, 10)
    assert peak(kind, 15_000) < peak(kind, 1_500) + 200_000


def test_rows_are_read_a_thousand_at_a_time_as_of_one_moment(client, monkeypatch):
    for number in range(5):
        a_customer(name=f"Name {number}")
    monkeypatch.setattr("soon.backoffice.exports.BATCH", 2)
    response = client.get("/customers/?cols=name&format=csv")
    with CaptureQueriesContext(connection) as captured:
        assert len(lines(response)) == 6
    if connection.vendor == "postgresql":
        # A cursor of the server's; what an ordinary one finds is held by the client, all of it.
        assert any("DECLARE" in each["sql"] for each in captured), [each["sql"] for each in captured]
