"""The page of the churn report: its figures lead to lists that show as many rows, its files hold what it shows."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import system
from soon.backoffice.report_chart import MOST_LINES, nice_step
from soon.operations.subscriptions.reopen import reopen
from tests.builders import AT, TODAY, a_churned_order, a_close_reason, a_user

pytestmark = pytest.mark.django_db
URL = "/reports/churn/"
# A figure that is a link, or a mark of the chart; and a row of a breakdown, whose name is the link.
LINK = re.compile(r'<a href="(/reports/closings/[^"]+)"(?: tabindex="-1")?>(?:<rect[^>]*><title>[^<]*: )?([0-9]+)')
ROW = re.compile(
    r'<th scope="row"><a href="(/reports/closings/[^"]+)">[^<]*</a><svg.*?</svg></th>\s*<td class="number">([0-9]+)'
)


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


def reader(role: str = "manager") -> Client:
    """Return a browser that reads English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_user(role))
    return client


def test_every_link_of_a_figure_leads_to_as_many_rows():
    price = a_close_reason("Đắt", category="price")
    for reason in (price, price, *(a_close_reason() for _ in range(7))):
        a_churned_order(reason)
    reopen(a_churned_order(price), actor=system(), at=AT, today=TODAY)
    client = reader()
    for query in ("", "?by=mrr"):
        answer = client.get(URL + query)
        page = answer.content.decode()
        # Two and the reopened one are about the price; the eight reasons are five columns and one for the others.
        assert answer.context["report"].total.count == 10
        assert [column.figure.count for column in answer.context["columns"]] == [3, 1, 1, 1, 1, 3]
        links = [*LINK.findall(page), *ROW.findall(page)]
        assert len(links) > 20
        for url, number in set(links):
            assert client.get(unescape(url)).context["total_count"] == int(number), url


def test_the_files_hold_the_breakdowns():
    a_churned_order(a_close_reason("Đắt", name_en="=Too dear"))
    client = reader()
    lines = b"".join(client.get(f"{URL}?format=csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(lines)))
    assert rows[0] == ["By", "Value", "Closed", "Share of closed (%)", "Lost MRR", "Share of lost MRR (%)", "Currency"]
    assert ["Month", "March 2026", "1", "100.0", "1000000", "100.0", "VND"] in rows
    assert ["Close Reason", "'=Too dear", "1", "100.0", "1000000", "100.0", "VND"] in rows
    assert {row[0] for row in rows[1:]} >= {"Month", "Close Reason", "Tenure", "Salesperson", "Voluntary or not"}
    assert client.get(f"{URL}?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")


def test_without_closings_it_says_so_and_shows_the_way_back():
    client = reader()
    assert "Nothing was closed in these months" in client.get(URL).content.decode()
    narrowed = client.get(f"{URL}?channel=portal").content.decode()
    assert "Nothing was closed like this" in narrowed
    assert "n/a" in narrowed
    for nonsense in ("?from=x&to=2026-99&plan=abc&currency=", "?currency=XYZ", "?plan=999999&product=none", "?from=9000-01"):
        assert client.get(URL + nonsense).status_code == 200


def test_a_salesperson_reads_only_of_their_own():
    a_churned_order(salesperson=a_user("salesperson"))
    client = reader("salesperson")
    page = client.get(URL)
    assert page.context["report"].total.count == 0
    assert 'name="salesperson"' not in page.content.decode()
    assert client.get("/reports/closings/?filter=in_effect").context["total_count"] == 0


def test_more_closings_ask_no_more_of_the_database():
    client = reader()
    a_churned_order()

    def cost() -> int:
        client.get(URL)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{URL}?salesperson=none")
        return len(captured)

    before = cost()
    for _ in range(6):
        a_churned_order(salesperson=a_user("salesperson"))
        a_churned_order()
    # 1 session · 2 reader · 3 zone and 4 currency of our company · 5 to 9 what was closed, at once on PostgreSQL · 10 reasons
    # 11 plans · 12 staff · 13 products · 14 reopened by month · 15 reopened · 16 booked · 17 visits
    # 18 currencies · 19 views kept
    assert cost() == before <= 19


@pytest.mark.parametrize(
    ("highest", "step"), [(0, 1), (1, 1), (5, 1), (6, 2), (10, 2), (11, 5), (25, 5), (26, 10), (100, 20), (10**13, 2 * 10**12)]
)
def test_the_lines_of_the_chart_are_round_and_high_enough(highest, step):
    assert nice_step(highest) == step
    assert nice_step(highest) * MOST_LINES >= highest


def test_closings_are_found_as_their_orders_are():
    found, _other = a_churned_order(), a_churned_order()
    client = reader()
    for text in (found.number, found.customer.name.split()[-1]):
        answer = client.get("/reports/closings/", {"q": text})
        assert [row.name for row in answer.context["rows"]] == [str(found.closure)], text
