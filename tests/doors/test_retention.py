"""The page of retention: what it shows is what was worked out, its links lead there, its files hold the same."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.models import Company, Rate
from tests.builders import a_user
from tests.queries.lives import lives
from tests.queries.test_retention import closed, march, on, paying

pytestmark = pytest.mark.django_db
URL = "/reports/retention/"
MARCH = f"{URL}?from=2026-03&to=2026-03"
CELL = re.compile(r'heat-[0-9]+(?: running)?"><a href="(/orders/[^"]+)">([0-9]+)')
SHOWN = re.compile(r"<strong>([^<]*)</strong>")


@pytest.fixture(autouse=True)
def june(clock):
    clock(2026, 6, 17, 12)
    Company(pk=1, name="Sông Hàn", currency="USD").save()


def reader(role: str = "manager") -> Client:
    """Return a browser that reads English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_user(role))
    return client


def test_each_rate_of_march_stands_with_its_derivation():
    march()
    page = reader().get(MARCH).content.decode()
    assert SHOWN.findall(page)[:7] == ["78.75%", "71.25%", "80%", "20%", "28.75%", "21.25%", "0.96"]
    assert "low data" in page
    found = {rate.key: rate for rate in reader().get(MARCH).context["rates"]}
    assert [(term.sign, term.figure) for term in found["nrr"].terms] == [
        ("", "$8.00"),
        ("−", "$2.30"),
        ("+", "$0.60"),
        ("÷", "$8.00"),
    ]
    assert [(term.sign, term.figure) for term in found["ltv"].terms] == [("", "$1.60"), ("÷", "20%"), ("×", "100%")]
    assert (found["ltv"].value, found["arpa"].value) == ("$8.00", "$1.32")
    assert dict(found["gross_churn"].others)["Churn of the customers' own choice"] == "$0.50, 1 customer"
    assert dict(found["net_churn"].others) == {"Less reactivation too, as ChartMogul counts": "12.5%"}
    with_margin = reader().get(f"{MARCH}&margin=80")
    assert with_margin.context["rates"][-1].value == "$6.40"
    for none in ("00501", "0100000", "80.5", "80,5", "abc", "-5", "200", "0", "²"):
        refused = reader().get(f"{MARCH}&margin={none}")
        assert "Give a whole number from 1 to 100." in refused.content.decode(), none
        assert refused.context["rates"][-1].value == "$8.00", none
    # C2 and C3 pay less, C4 leaves: the list behind contraction and churn shows these three.
    assert found["quick_ratio"].terms[-1].figure == "$2.30"
    assert reader().get(f"/reports/movements/?{found['quick_ratio'].terms[-1].query}").context["total_count"] == 3
    assert reader().get(f"/reports/movements/?{found['gross_churn'].terms[0].query}").context["total_count"] == 2


@pytest.mark.parametrize("query", ["", "&unit=quarter", "&unit=year&as=absolute"])
def test_a_cell_opens_as_many_subscriptions(query):
    march()
    client = reader()
    cells = set(CELL.findall(client.get(f"{URL}?as=absolute{query}").content.decode()))
    assert cells
    for url, customers in cells:
        rows = client.get(unescape(url)).context["total_count"]
        # One customer holds two subscriptions until March.
        assert int(customers) <= rows <= int(customers) + 1, url


def test_the_files_hold_what_the_page_shows():
    march()
    client = reader()

    def rows(query: str) -> list[list[str]]:
        lines = b"".join(client.get(f"{URL}?{query}&format=csv").streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(lines)))

    rates = rows("from=2026-03&to=2026-04")
    assert rates[1][:8] == ["March 2026", "78.75", "71.25", "80.00", "20.00", "28.75", "21.25", "0.96"]
    assert [row[0] for row in rates[1:]] == ["March 2026", "April 2026", "All months"]
    assert rates[2][7] == ""
    assert rows("from=2026-01&to=2026-03&table=cohorts&show=revenue&as=absolute")[1] == [
        "Jan 26",
        "7.20",
        "6.50",
        "6.50",
        "5.50",
        "USD",
    ]
    assert rows("from=2026-01&to=2026-03&table=cohorts")[1:] == [
        ["Jan 26", "5", "80.0", "80.0", "80.0", "USD"],
        ["Feb 26", "1", "100.0", "100.0", "", "USD"],
        ["Mar 26", "1", "100.0", "", "", "USD"],
    ]
    assert client.get(f"{URL}?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")
    assert client.get(f"{URL}?table=cohorts&format=xlsx").status_code == 200


def test_without_customers_it_says_so_and_nonsense_is_left_out():
    client = reader()
    assert "There were no customers in these months" in client.get(URL).content.decode()
    march()
    for nonsense in (
        "?unit=x&show=y&as=z&margin=-5",
        "?margin=9999999999999999999999",
        "?from=x&to=2026-99",
        "?from=9000-01",
        "?plan=5&currency=EUR",
    ):
        assert client.get(URL + nonsense).status_code == 200
    assert client.get(f"{URL}?from=2026-03&to=2026-03&plan=5&currency=EUR").context["rates"][0].value == "78.75%"


def test_a_currency_without_a_rate_is_named():
    lives(("EUR", paying(100, on(1))), ("USD", paying(50, on(1))))
    assert "Revenue in EUR is left out of all amounts" in reader().get(URL).content.decode()
    Rate.objects.create(currency="EUR", valid_from_on=on(1), rate=1)
    assert "Revenue in EUR is left out" not in reader().get(f"{URL}?from=2026-01").content.decode()


def test_ten_more_customers_ask_no_more():
    client = reader()
    march()
    counts = []
    for _ in range(2):
        client.get(URL)
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        counts.append(len(captured))
        for number in range(10):
            lives(("USD", paying(100, on(2, 1 + number), closed(on(5)))))
    # 1 session · 2 reader · 3-4 our company · 5-6 movements · 7 months · 8 the running one · 9 all months · 10-11 who began
    # 12-13 cohorts · 14 kept views · 15-16 a transaction around the rates
    assert counts[0] == counts[1] <= 17
