"""The report on revenue as read, kept, handed out and printed: one set of figures behind page, files and command."""

import csv
import io
import json
import re
from decimal import Decimal
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.models import Rate, SavedView
from soon.operations.rates.add import CannotAddRate, add
from soon.operations.rates.correct import CannotCorrectRate, correct
from soon.operations.rates.delete import CannotDeleteRate, delete
from soon.operations.rates.details import RateDetails
from tests.builders import TODAY, a_churned_order, a_customer, a_rate, a_user, an_order

pytestmark = pytest.mark.django_db
URL = "/reports/revenue/"
LINK = re.compile(r'href="(/reports/movements/[^"]+)"')


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day + 1, 12)


def reader(role: str = "manager", **fields) -> Client:
    """Return a browser that reads English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_user(role, **fields))
    return client


def printed(*arguments: str) -> dict:
    """Return what the command prints as JSON."""
    out = io.StringIO()
    call_command("report", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def company():
    """Revenue in two currencies with a rate that changed, and somebody who left."""
    a_rate("USD", "25000", TODAY.replace(month=1, day=1))
    a_rate("USD", "26000", TODAY.replace(month=3, day=1))
    customer = a_customer()
    an_order(start_on=TODAY.replace(month=1), customer=customer)
    an_order(start_on=TODAY.replace(month=2), currency="USD", price_minor=5_000)
    an_order(start_on=TODAY.replace(day=2), customer=customer)
    a_churned_order(start_on=TODAY.replace(month=2, day=1))


def test_page_file_and_command_say_the_same(company):
    client = reader()
    for by in ("month", "plan", "product", "customer", "salesperson", "currency"):
        answer = client.get(f"{URL}?from=2026-01&by={by}")
        page = answer.context
        rows = page["months"] if by == "month" else page["values"]
        told = printed("movements", "--from", "2026-01", "--by", by)
        assert told["currency"] == "VND" and told["without_rate"] == {}
        assert len(told["rows"]) == len(rows) > 0
        for row, line in zip(rows, told["rows"], strict=True):
            amounts = {"opening": row.month.opening, **row.month.by_kind, "closing": row.month.closing}
            assert {name: int(line[name]) for name in amounts} == {
                name: round(amount / 1_000_000) for name, amount in amounts.items()
            }
    assert (told["total"]["closing"], told["total"]["fx"]) == ("3300000", "50000")
    levels = printed("mrr", "--from", "2026-01", "--to", "2026-12")
    assert [row["mrr"] for row in levels["rows"]] == ["1000000", "3250000", "3300000"]
    assert levels["to"] == "2026-03" and levels["total"]["arr"] == str(12 * 3_300_000)
    assert levels["total"]["customers_at_end"] == 2
    lines = b"".join(client.get(f"{URL}?from=2026-01&format=csv").streaming_content).decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(lines)))
    assert [row["MRR at the end"] for row in table if row["By"] == "Month"] == ["1000000", "3250000", "3300000"]
    assert {row["By"] for row in table} == {"Month", "Recurring plan"}
    assert client.get(f"{URL}?format=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")


def test_other_reports_are_printed_and_nonsense_is_refused(company):
    churned = printed("churn", "--from", "2026-03", "--by", "plan")
    assert (churned["rows"][0]["closed"], churned["rows"][0]["lost_mrr"]) == (1, "1000000")
    assert printed("reasons")["total"]["closed"] == 1
    for by in ("tenure", "channel", "voluntary", "reason", "category"):
        assert [row["closed"] for row in printed("churn", "--by", by)["rows"]] == [1], by
    assert printed("reasons", "--by", "category")["rows"][0]["closed"] == 1
    # A day stands for its month.
    for report in ("churn", "movements", "mrr"):
        by_day = printed(report, "--from", "2026-02-01", "--to", "2026-03-31")
        assert by_day == printed(report, "--from", "2026-02", "--to", "2026-03")
    kept = printed("retention", "--from", "2026-03")
    assert kept["total"]["customer_churn"] == "33.33"
    assert kept["ltv_is_low_data"] and not kept["cohorts_are_cut"]
    long_ago = printed("retention", "--from", "2023-01")
    assert long_ago["cohorts_are_cut"] and len(long_ago["rows"]) == 39
    assert {row["cohort"] for row in printed("retention", "--from", "2026-01")["cohorts"]} == {"2026-01", "2026-02"}
    by_quarter = printed("retention", "--from", "2026-01", "--by", "quarter")["cohorts"]
    assert [(row["cohort"], row["age"]) for row in by_quarter] == [("2026-01", 0)]
    assert printed("mrr", "--currency", "USD")["total"]["mrr"] == "50.00"
    out = io.StringIO()
    call_command("report", "mrr", "--from", "2026-02", stdout=out)
    assert len(out.getvalue().splitlines()) == 4
    call_command("report", "retention", "--from", "2023-01", stdout=out)
    assert "(LTV): " in out.getvalue() and "24" in out.getvalue()
    for wrong in (
        ("mrr", "--from", "2026-13"),
        ("mrr", "--from", "2026-02-30"),
        ("mrr", "--from", "2026-04"),
        ("mrr", "--from", "2026-02", "--to", "2026-01"),
        ("mrr", "--from", "2020-01"),
        ("mrr", "--currency", "XYZ"),
        ("churn", "--by", "customer"),
        ("retention", "--currency", "USD"),
    ):
        with pytest.raises(CommandError):
            printed(*wrong)


@pytest.mark.parametrize("page", ["revenue", "retention", "dashboard", "churn"])
def test_other_months_than_those_asked_for_are_never_shown_in_silence(company, page):
    client, url = reader(), f"/reports/{page}/"
    said = "The months asked for cannot be shown."
    for query in ("", "?from=2026-01&to=2026-03", "?from=2026-02", "?period=last_year"):
        assert said not in client.get(url + query).content.decode(), query
    for query in ("?from=2026-03&to=2026-01", "?from=x", "?from=2026-02-01", "?from=1999-01&to=2026-03", "?to=2026-13"):
        assert said in client.get(url + query).content.decode(), query


def test_every_mark_and_cell_leads_to_a_list_that_opens(company):
    client = reader()
    page = client.get(f"{URL}?from=2026-01&by=customer").content.decode()
    links = {unescape(url) for url in LINK.findall(page)}
    assert len(links) > 15
    for url in links:
        assert client.get(url).context["total_count"] > 0, url
    assert page.count("<title>") > len(client.get(f"{URL}?from=2026-01").context["months"])


def test_a_missing_rate_is_said_in_words_and_never_taken_for_one(company):
    Rate.objects.filter(rate=25000).delete()
    answer = reader().get(f"{URL}?from=2026-01")
    text = answer.content.decode()
    assert "Revenue in USD is left out of all amounts: there is no exchange rate for February 2026." in text
    assert answer.context["whole"].closing == 2_000_000 * 1_000_000
    assert 'href="/rates/"' in text
    assert 'href="/rates/"' not in reader("accountant").get(f"{URL}?from=2026-01").content.decode()
    assert printed("mrr", "--from", "2026-01")["without_rate"] == {"USD": ["2026-02"]}


def test_an_empty_company_and_nonsense_in_the_address():
    client = reader()
    assert "Nothing was earned in these months" in client.get(URL).content.decode()
    assert "No revenue like this" in client.get(f"{URL}?currency=USD").content.decode()
    an_order()
    for nonsense in (
        "from=x",
        "by=x&order=y&page=z",
        "by=customer&page=999",
        "plan=99999",
        "currency=%00",
        "page=-1&by=customer",
    ):
        assert client.get(f"{URL}?{nonsense}").status_code == 200, nonsense


def test_the_page_costs_the_same_however_much_there_is(company):
    client = reader()
    costs = []
    for _round in range(2):
        for by in ("plan", "customer"):
            client.get(f"{URL}?by={by}")
            with CaptureQueriesContext(connection) as captured:
                client.get(f"{URL}?by={by}")
            costs.append(len(captured))
        for _number in range(3):
            an_order()
    # Customers are ranked by two statements in each of the two currencies.
    assert costs[:2] == costs[2:] and max(costs) <= 20, costs


def test_a_file_holds_all_customers_whatever_page_it_is_asked_from(company):
    for _number in range(30):
        an_order()
    client = reader()
    pages = [client.get(f"{URL}?by=customer&page={number}").context["values"] for number in (1, 2)]
    shown = [row.label for page in pages for row in page]
    assert len(shown) > 30
    content = b"".join(client.get(f"{URL}?by=customer&page=2&format=csv").streaming_content).decode("utf-8-sig")
    assert [line["Value"] for line in csv.DictReader(io.StringIO(content)) if line["By"] == "Customer"] == shown
    assert [row["name"] for row in printed("mrr", "--by", "customer")["rows"]] == shown


def test_views_are_kept_for_oneself_or_for_all(company):
    mine, colleague = reader(name="Lan"), reader("salesperson", name="Minh")
    assert mine.post(f"{URL}?period=last_24&by=customer", {"action": "keep_view", "name": "Nhìn xa"}).status_code == 302
    mine.post(f"{URL}?currency=USD", {"action": "keep_view", "name": "Đô la", "shared": "on"})
    mine.post("/reports/churn/?by=mrr&plan=none", {"action": "keep_view", "name": "Mất", "shared": "on"})
    mine.post("/reports/movements/?filter=churn", {"action": "keep_view", "name": "Rời đi", "shared": "on"})
    views = {view.name: (view.page, view.query, view.is_shared) for view in SavedView.objects.all()}
    assert views["Nhìn xa"] == ("revenue", "period=last_24&by=customer", False)
    assert views["Đô la"] == ("revenue", "currency=USD", True)
    # Without months of its own a view goes with the time.
    assert views["Mất"] == ("churn", "filter=in_effect&currency=VND&plan=none&by=mrr", True)
    assert [choice.label for choice in mine.get(URL).context["views"].choices] == ["Nhìn xa", "Đô la"]
    shared = colleague.get(f"{URL}?currency=USD").context["views"].choices
    assert [(choice.label, choice.owner, choice.is_active) for choice in shared] == [("Đô la", "Lan", True)]
    assert [choice.label for choice in colleague.get("/reports/movements/").context["tools"].saved] == ["Rời đi"]
    # What a colleague shares is theirs to delete.
    key = SavedView.objects.get(name="Đô la").pk
    colleague.post(URL, {"action": "delete_view", "saved": key})
    assert SavedView.objects.filter(pk=key).exists()
    mine.post(URL, {"action": "delete_view", "saved": key})
    assert not SavedView.objects.filter(pk=key).exists()


def test_rates_are_added_corrected_and_deleted():
    client = reader()
    typed = {"currency": "USD", "valid_from_on": "2026-01-01", "rate": "25400.5"}
    client.post("/rates/new/", typed)
    rate = Rate.objects.get()
    assert (rate.currency, str(rate.valid_from_on), rate.rate) == ("USD", "2026-01-01", Decimal("25400.5"))
    twice = client.post("/rates/new/", typed | {"rate": "1"})
    assert twice.status_code == 422 and "already a rate" in twice.content.decode()
    own = client.post("/rates/new/", typed | {"currency": "VND"})
    assert own.status_code == 422
    client.post(f"/rates/{rate.pk}/edit/", typed | {"rate": "0.0000393701"})
    assert "0.0000393701" in client.get("/rates/").content.decode()
    assert "0.0000393701" in client.get(f"/rates/{rate.pk}/edit/").content.decode()
    client.post(f"/rates/{rate.pk}/deletion/")
    assert not Rate.objects.exists()


def test_what_no_rate_can_be_is_refused_and_nothing_is_written():
    kept = a_rate()
    good = RateDetails("EUR", TODAY, kept.rate)
    for wrong in (
        {"currency": "XYZ"},
        {"currency": "VND"},
        {"rate": kept.rate * 0},
        {"rate": -kept.rate},
        {"rate": kept.rate * 10**8},
    ):
        details = RateDetails(**vars(good) | wrong)
        with pytest.raises(CannotAddRate):
            add(details)
        with pytest.raises(CannotCorrectRate):
            correct(kept, details=details)
    with pytest.raises(CannotAddRate):
        add(RateDetails("USD", kept.valid_from_on, kept.rate))
    other = add(good)
    with pytest.raises(CannotCorrectRate):
        correct(other, details=RateDetails("USD", kept.valid_from_on, kept.rate))
    assert Rate.objects.count() == 2 and Rate.objects.get(pk=other.pk).currency == "EUR"
    delete(other)
    with pytest.raises(CannotDeleteRate):
        delete(other)
    with pytest.raises(CannotCorrectRate):
        correct(other, details=good)
    assert list(Rate.objects.all()) == [kept]
