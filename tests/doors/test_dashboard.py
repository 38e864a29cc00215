"""The dashboard: its figures are those of the reports and lists it leads to, and each reader sees their own."""

import csv
import datetime
import re
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import load_workbook

from soon.activity.actor import system
from soon.domain.revenue import MICRO
from soon.models import Rate
from soon.operations.subscriptions.close import close
from soon.queries.revenue import forecast as questions
from tests.builders import (
    AT,
    TODAY,
    a_billing_run,
    a_churned_order,
    a_close_reason,
    a_draft_line,
    a_plan,
    a_set_aside,
    a_user,
    a_verification,
    an_invoice,
    an_order,
)

pytestmark = pytest.mark.django_db
URL = "/reports/dashboard/"
EARLIER = datetime.date(2025, 10, 5)


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


def client_of(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def text_of(client: Client, query: str = "") -> str:
    """Return the words of the page, one space between them, amounts in one piece."""
    page = client.get(f"{URL}?{query}").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace("₫ ", "₫").replace("- ₫", "-₫")


@pytest.fixture
def company():
    """A month in which somebody came and somebody went, with a closing to come, and the person who sold half of it."""
    seller = a_user("salesperson")
    monthly, yearly = a_plan(), a_plan("Hằng năm", name_en="Yearly", interval_unit="year")
    for price_minor in (200_000, 300_000):
        an_order(plan=monthly, start_on=EARLIER, lines=[a_draft_line(price_minor)], salesperson=seller)
    an_order(plan=yearly, start_on=TODAY, lines=[a_draft_line(1_200_000)])
    gone = a_churned_order(
        a_close_reason("Quá đắt", name_en="Too expensive"), plan=monthly, start_on=EARLIER, lines=[a_draft_line(70_000)]
    )
    leaving = an_order(plan=monthly, start_on=EARLIER, lines=[a_draft_line(50_000)])
    close(
        leaving,
        reason=a_close_reason(),
        effective_on=datetime.date(2026, 6, 5),
        actor=system(),
        at=AT,
        today=TODAY,
    )
    an_invoice(leaving, today=datetime.date(2026, 1, 5))
    a_verification(order=gone, found=0, findings=[])
    a_set_aside(leaving, a_billing_run(issued=7, set_aside=1))
    return seller


def test_its_figures(company):
    manager = client_of(a_user("manager"))
    told = text_of(manager, "period=this_month")
    # Closed on its day, which is still served: it goes tomorrow, and counts until then.
    assert "MRR ₫720,000 16.1% before: ₫620,000" in told
    assert "ARR ₫8,640,000" in told and "Customers 5 25% before: 4" in told
    assert "Net new MRR ₫100,000 ₫100,000 before: ₫0" in told
    assert "Customer churn a month 0%" in told
    assert "Monthly 86.11% ₫620,000" in told and "Yearly 13.89% ₫100,000" in told
    assert "31–60 days 1 ₫50,000" in told and "1 subscription could not be billed" in told and "7 invoices issued" in told
    assert "Everything is true" in told
    # What was missed since October is invoiced now, and the yearly one again in a year.
    assert "Rest of March 2026 0 -₫70,000 ₫650,000 ₫4,450,000" in told and "June 2026 0 -₫50,000 ₫600,000 ₫500,000" in told
    assert "March 2027 0 0 ₫600,000 ₫1,700,000" in told


def test_what_ends_is_listed_behind_its_month(company):
    manager = client_of(a_user("manager"))
    page = manager.get(URL).content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/orders/[^"]*ends_month[^"]*)"', page)]
    assert [link.rsplit("=", 1)[1] for link in links] == ["2026-06"]
    rows = manager.get(links[0]).context["page"].object_list
    assert [(row.ends_on, row.mrr_micro) for row in rows] == [(datetime.date(2026, 6, 5), 50_000 * MICRO)]


def test_closings_by_reason_and_months_before(company, clock):
    clock(2026, 4, 10, 12)
    told = text_of(client_of(a_user("manager")), "period=last_month")
    assert "Too expensive 1 ₫70,000" in told and "All 1 ₫70,000" in told
    assert "Customer churn a month 25% 25 points before: 0%" in told
    assert "No closing took effect in these months." in text_of(client_of(a_user("manager")), "from=2025-11&to=2025-12")


def test_a_currency_that_lacks_a_rate_somewhere_is_left_out_everywhere(company):
    monthly = a_plan("Đô la", name_en="Dollars")
    Rate.objects.create(currency="USD", valid_from_on=datetime.date(2026, 3, 1), rate=25_000)
    an_order(plan=monthly, start_on=EARLIER, lines=[a_draft_line(900)], currency="USD", ends_on=datetime.date(2026, 5, 5))
    client = client_of(a_user("manager"))
    told = text_of(client, "period=this_month")
    assert "Revenue in USD is left out of all amounts" in told and "USD is left out of the forecast" in told
    assert "MRR ₫720,000" in told and "Dollars" not in told and "May 2026 0 0 ₫650,000 ₫550,000" in told
    Rate.objects.create(currency="USD", valid_from_on=EARLIER.replace(day=1), rate=20_000)
    told = text_of(client, "period=this_month")
    assert "left out" not in told and "MRR ₫945,000" in told and "Dollars 23.81% ₫225,000" in told
    assert "May 2026 0 -₫225,000 ₫650,000" in told


def test_a_salesperson_sees_their_own_and_no_runs(company):
    told = text_of(client_of(company))
    assert "MRR ₫500,000" in told and "Subscriptions 2" in told and "MRR churn a month 0%" in told
    assert not re.search("Customer churn|Last billing run|Is everything still true|Yearly|could not be billed|31–60", told)
    assert "Everything could be billed." in told and "No invoice is overdue." in told
    assert "June 2026 0 0 ₫500,000" in told


def test_every_link_leads_somewhere(company):
    client = client_of(a_user("manager"))
    page = client.get(URL).content.decode()
    links = {unescape(link) for link in re.findall(r'href="([^"#]+)"', page[page.index("<main") :])}
    links = {link if link.startswith("/") else f"{URL}{link}" for link in links}
    assert len(links) > 40
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_as_a_file(company):
    client = client_of(a_user("manager"))
    response = client.get(f"{URL}?period=this_month&format=csv")
    rows = list(csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["Part", "Name", "Figure", "Value", "Unit"]
    assert ["Key figures", "", "MRR", "720000", "VND"] in rows
    assert ["Recurring plan", "Yearly", "MRR at the end", "100000", "VND"] in rows
    assert ["Overdue", "31–60 days", "Invoices", "1", ""] in rows
    assert ["Forecast", "June 2026", "Ends", "-50000", "VND"] in rows
    book = b"".join(client.get(f"{URL}?period=this_month&format=xlsx").streaming_content)
    sheet = load_workbook(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(sheet) == len(rows) and ["Key figures", "", "MRR", 720000.0, "VND"] in sheet


def test_it_costs_the_same_whatever_there_is(company):
    client = client_of(a_user("manager"))
    few = cost(client)
    # 1 session · 2 reader · 3–4 company · 5 plans · 6 tally of revenue · 7 what lies ahead in it · 8–9 reasons and closings
    # 10–11 plans · 12 overdue · 13–14 last run · 15 set aside · 16 check · 17 running orders · 18–25 what is booked
    # 26–28 what ends, begins and goes on · 29 views
    assert len(few) <= 30, few
    for _ in range(10):
        an_order(plan=a_plan(), lines=[a_draft_line(10_000)])
        a_churned_order()
    assert len(cost(client)) <= len(few)


def test_a_large_company_is_counted_by_the_worker(company, monkeypatch):
    monkeypatch.setattr(questions, "AT_ONCE", 0)
    told = text_of(client_of(a_user("manager")))
    assert "is being counted by the worker" in told and "not counted yet" in told


def cost(client: Client) -> list[str]:
    client.get(URL)
    with CaptureQueriesContext(connection) as captured:
        client.get(URL)
    return [query["sql"] for query in captured]


def test_an_empty_company_has_a_dashboard():
    assert "MRR ₫0" in text_of(client_of(a_user("accountant")))
