"""Real input: 7,043 subscriptions that nobody here wrote, loaded by a map, counted in the lists, billed and closed.

The file stays outside the repository: in ../shared/data, or in the folder that SOON_SHARED names.
"""

import csv
import datetime
import html
import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import system
from soon.domain.revenue_months import Month
from soon.models import Activity, CloseReason, Closure, Customer, Letter, Order, OrderLine, Plan, PortalLink
from soon.operations.imports.load_all_rows import CannotLoad, Loaded, load_all_rows
from soon.operations.imports.read_map import read_map
from soon.operations.imports.read_table import Table, TableRow, read_table
from soon.operations.installation.seed import seed
from soon.queries.revenue.months import monthly_revenue
from soon.queries.revenue.scope import Scope
from tests.builders import a_user
from tests.doors.portal import by_link

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(os.environ.get("SOON_SHARED", ROOT.parent / "shared")) / "data" / "telco_customer_churn.csv"
TODAY = datetime.date(2026, 3, 31)
AT = datetime.datetime(2026, 3, 31, 4, 0, tzinfo=datetime.UTC)
MICRO = 1_000_000

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason=f"no {FILE.name}: set SOON_SHARED to the folder that holds data/{FILE.name}"),
]


def load(table: Table | None = None) -> Loaded:
    """Load the file, or `table` instead, on TODAY."""
    return load_all_rows(
        table or read_table(FILE.read_bytes()),
        mapping=read_map((ROOT / "docs/examples/telco.json").read_text(encoding="utf-8")),
        actor=system(),
        at=AT,
        today=TODAY,
        on_progress=lambda done, total: None,
    )


@pytest.fixture(scope="module", autouse=True)
def telco(django_db_setup, django_db_blocker) -> Iterator[Loaded]:
    """The whole file, loaded once for all tests here; what a test changes is taken back by its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed()
        yield load()
        transaction.set_rollback(True)


def rows() -> list[dict[str, str]]:
    """The file as the simplest program reads it, to compare with."""
    return list(csv.DictReader(io.StringIO(FILE.read_text(encoding="utf-8-sig"))))


def mrr_of(**conditions) -> int:
    """MRR of the orders under `conditions`, in cents, exact."""
    micro = Order.objects.filter(**conditions).aggregate(sum=Sum("mrr_micro"))["sum"]
    assert micro % MICRO == 0
    return micro // MICRO


def month_of(day: datetime.date) -> Month:
    """The month of `day` as the reports show it on that day."""
    (month,) = monthly_revenue(Scope(day.replace(day=1), day.replace(day=1), day, reporting="USD")).course.months
    return month


def test_the_counts_and_sums_of_the_file_come_out(telco):
    assert telco == Loaded(stored=7043, closed=1869, known=0)
    assert (Customer.objects.count(), Order.objects.count(), OrderLine.objects.count()) == (7043, 7043, 7043)
    assert set(Order.objects.values_list("currency", flat=True)) == {"USD"}
    assert Order.objects.filter(state="churned").count() == 1869
    assert Order.objects.filter(state="in_progress").count() == 5174
    assert mrr_of() == 456_116_60
    assert mrr_of(state="churned") == 139_130_85
    assert mrr_of(state="in_progress") == 316_985_75
    assert Closure.objects.aggregate(sum=Sum("lost_mrr_micro"))["sum"] == 139_130_85 * MICRO


def test_the_counts_by_contract_come_out():
    by_plan = Counter(Order.objects.values_list("plan__name_en", flat=True))
    assert by_plan == {"Month-to-month": 3875, "One year": 1473, "Two year": 1695}
    churned = Counter(Order.objects.filter(state="churned").values_list("plan__name_en", flat=True))
    assert churned == {"Month-to-month": 1655, "One year": 166, "Two year": 48}


def test_the_reasons_come_out():
    reasons = CloseReason.objects.filter(system_code=None, audience="staff")
    assert reasons.count() == 20
    counted = dict(Closure.objects.values_list("reason__name_en").annotate(count=Count("pk")))
    top = sorted(counted.items(), key=lambda item: -item[1])[:5]
    assert top == [
        ("Attitude of support person", 192),
        ("Competitor offered higher download speeds", 189),
        ("Competitor offered more data", 162),
        ("Don't know", 154),
        ("Competitor made better offer", 140),
    ]
    lost = dict(Closure.objects.values_list("reason__name_en").annotate(lost=Sum("lost_mrr_micro")))
    assert max(lost.items(), key=lambda item: item[1]) == ("Competitor offered higher download speeds", 14_144_60 * MICRO)


def test_every_subscription_says_what_its_row_says():
    orders = {order.external_id: order for order in Order.objects.select_related("plan", "customer", "closure__reason")}
    for row in rows():
        order = orders[row["CustomerID"]]
        assert order.mrr_micro == round(float(row["Monthly Charges"]) * 100) * MICRO
        assert order.recurring_minor == order.mrr_micro // MICRO * order.plan.interval.months
        assert (order.customer.city, order.customer.postcode) == (row["City"], row["Zip Code"])
        assert (order.state == "churned") == (row["Churn Value"] == "1")
        assert (order.closure.reason.name_en if order.closure else "") == row["Churn Reason"]


def test_starts_are_counted_back_from_the_end_of_the_month():
    starts = dict(Order.objects.values_list("external_id", "start_on"))
    tenure = {row["CustomerID"]: int(row["Tenure Months"]) for row in rows()}
    assert {starts[key] for key, months in tenure.items() if months == 0} == {TODAY}
    assert {starts[key] for key, months in tenure.items() if months == 1} == {datetime.date(2026, 2, 28)}
    assert {starts[key] for key, months in tenure.items() if months == 2} == {datetime.date(2026, 1, 31)}
    assert {starts[key] for key, months in tenure.items() if months == 72} == {datetime.date(2020, 3, 31)}


def test_the_next_invoice_of_each_is_its_first_period_from_that_day_on():
    for order in Order.objects.filter(state="in_progress").select_related("plan").prefetch_related("lines"):
        (line,) = order.lines.all()
        schedule = order.plan.schedule_from(order.start_on)
        before = TODAY - datetime.timedelta(days=1)
        first = schedule.start_on if order.start_on >= TODAY else schedule.period_containing(before).service.end
        assert order.next_invoice_on == first >= TODAY
        assert (line.billed_until or order.start_on) == first
    assert not Order.objects.filter(state="churned", next_invoice_on__isnull=False).exists()


def test_who_left_was_closed_by_the_verb_and_nobody_was_mailed():
    assert Activity.objects.filter(kind="imported").count() == 7043
    assert Activity.objects.filter(kind="closed_by_system").count() == 1869
    assert set(Closure.objects.values_list("channel", "requested_on", "effective_on")) == {("system", TODAY, TODAY)}
    assert Letter.objects.count() == 0 and PortalLink.objects.count() == 0


def test_the_reports_are_true_on_the_day_of_the_import():
    month = month_of(TODAY)
    assert month.closing == 316_985_75 * MICRO
    assert month.amount("churn") == -139_130_85 * MICRO
    assert (month.customers_at_end, month.orders_at_end) == (5174, 5174)


def test_the_reports_say_nothing_else_the_next_day():
    month = month_of(TODAY + datetime.timedelta(days=1))
    assert (month.closing, month.net) == (316_985_75 * MICRO, 0)


def test_loading_twice_changes_nothing():
    def everything() -> tuple[object, ...]:
        counts = [model.objects.count() for model in (Customer, Order, OrderLine, Activity, Closure, CloseReason, Plan)]
        return (*counts, list(Order.objects.order_by("pk").values_list()))

    before = everything()
    assert load() == Loaded(stored=0, closed=0, known=7043)
    assert everything() == before


def test_a_new_row_beside_known_ones_is_loaded():
    table = read_table(FILE.read_bytes())
    new = TableRow(7045, {**table.rows[0].cells, "CustomerID": "0000-NEWXX", "Churn Value": "0", "Churn Reason": ""})
    assert load(Table(table.columns, (*table.rows[:5], new))) == Loaded(stored=1, closed=0, known=5)
    assert Order.objects.get(external_id="0000-NEWXX").number == "S07044"


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("Monthly Charges", "1,5", "1,5"),
        ("Monthly Charges", "-3", "Monthly Charges"),
        ("Tenure Months", "two", "two"),
        ("Contract", "Forever", "Forever"),
        ("Churn Reason", "", "Churn Reason"),
        ("CustomerID", "", "CustomerID"),
        ("CustomerID", "5129-JLPIS", "5129-JLPIS"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_loaded(column, text, words):
    table = read_table(FILE.read_bytes())
    bad = TableRow(7045, {**table.rows[0].cells, "CustomerID": "0000-NEWXX", column: text})
    with pytest.raises(CannotLoad) as refused:
        load(Table(table.columns, (*table.rows[:3], bad)))
    assert "7045" in str(refused.value) and column in str(refused.value) and words in str(refused.value)
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(7045, column)]
    assert Order.objects.count() == 7043


def test_closing_takes_few_queries_each():
    table = read_table(FILE.read_bytes())
    left = [row for row in table.rows if row.cells["Churn Value"] == "1"][:20]
    copies = [TableRow(row.number, {**row.cells, "CustomerID": f"COPY-{row.number}"}) for row in left]
    with CaptureQueriesContext(connection) as queries:
        load(Table(table.columns, tuple(copies)))
    assert len(queries) <= 60 + 9 * len(left)


def staff_browser() -> Client:
    """A browser in which an administrator who reads English is signed in."""
    client = Client()
    client.force_login(a_user("administrator", language="en"))
    return client


def words_of(page: str) -> str:
    """The text of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("query", "count", "total"),
    [
        ("", "7,043", "456,116.60"),
        ("?filter=churned", "1,869", "139,130.85"),
        ("?filter=in_progress", "5,174", "316,985.75"),
    ],
)
def test_the_list_shows_the_counts_and_sums(query, count, total):
    page = staff_browser().get(f"/orders/{query}").content.decode()
    foot = words_of(page[page.index("<tfoot") : page.index("</tfoot")])
    assert total in foot.replace("\N{NO-BREAK SPACE}", " ")
    assert f"of {count}" in words_of(page)


def test_the_list_groups_by_plan_and_by_close_reason():
    client = staff_browser()
    plans = words_of(client.get("/orders/?group=plan").content.decode())
    assert all(words in plans for words in ("Month-to-month 3,875", "One year 1,473", "Two year 1,695"))
    plans = words_of(client.get("/orders/?group=plan&filter=churned").content.decode())
    assert all(words in plans for words in ("Month-to-month 1,655", "One year 166", "Two year 48"))
    reasons = words_of(client.get("/orders/?group=reason&filter=churned").content.decode())
    top = ("Attitude of support person 192", "Competitor offered higher download speeds 189", "Don't know 154")
    assert all(words in reasons for words in top) and "14,144.60" in reasons


def test_one_of_them_is_invoiced_paid_and_closed_in_the_back_office(clock):
    clock(2026, 3, 31)
    client = staff_browser()
    order = Order.objects.filter(state="in_progress", plan__name_en="One year", next_invoice_on=TODAY).first()
    page = f"/orders/{order.number}/"
    assert client.get(page).status_code == 200
    client.post(f"{page}invoices/", {"expected_period_start": TODAY.isoformat()})
    invoice = order.invoices.get()
    assert invoice.total_minor == order.recurring_minor == order.mrr_micro // MICRO * 12
    assert (invoice.period_start, invoice.period_end) == (TODAY, datetime.date(2027, 3, 31))
    amount = f"{invoice.total_minor // 100}.{invoice.total_minor % 100:02d}"
    client.post(f"/invoices/{invoice.pk}/payments/", {"amount": amount, "paid_on": "2026-03-31", "method": "cash"})
    invoice.refresh_from_db()
    assert invoice.payment_state(TODAY) == "paid"
    client.post(f"{page}closure/", {"reason": "Moved"})
    order.refresh_from_db()
    assert (order.state, order.closure.reason.name_en, order.next_invoice_on) == ("churned", "Moved", None)
    shown = words_of(client.get(page).content.decode())
    assert "Churned" in shown and "Moved" in shown


def test_one_of_them_is_closed_by_its_customer_for_a_public_reason_only(clock):
    clock(2026, 3, 31)
    order = Order.objects.filter(state="in_progress", plan__name_en="Month-to-month").select_related("customer").first()
    client = by_link(order.customer)
    page = f"/portal/orders/{order.number}/"
    assert "Close Subscription" in client.get(page).content.decode()
    client.post(f"{page}closure/", {"reason": CloseReason.objects.get(name_en="Moved").pk})
    order.refresh_from_db()
    assert order.state == "in_progress"
    reason = CloseReason.objects.get(name_en="I don't really use it")
    client.post(f"{page}closure/", {"reason": reason.pk})
    order.refresh_from_db()
    assert (order.state, order.closure.reason, order.closure.channel) == ("churned", reason, "portal")
    assert "Closed" in words_of(client.get(page).content.decode())
    assert "I don't really use it" in words_of(staff_browser().get(f"/orders/{order.number}/").content.decode())
