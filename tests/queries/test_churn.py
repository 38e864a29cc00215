"""The churn report: a small company worked out by hand; every mark leads to exactly what it says; all breakdowns agree."""

import datetime
from collections.abc import Sequence
from itertools import count
from urllib.parse import parse_qsl

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict

from soon.activity.actor import system
from soon.domain import churn
from soon.models import CloseReason, CloseVisit, Closure, Order
from soon.models.closures import NOT_SAID
from soon.operations.subscriptions.amend import amend
from soon.queries.churn import Report, churn_report, closings
from soon.queries.churn_returns import bookings, differences, funnel, reopened_by_month
from soon.queries.churn_scope import in_month, months_of, reopened_in, scope
from soon.queries.churn_sums import Figure, summed, summed_in_ways
from soon.queries.closings import CLOSINGS
from soon.queries.listing import ListState, Reader
from soon.queries.listing.rows import totals
from tests.builders import AT, TODAY, a_close_reason, a_draft_line, a_plan, a_product, a_user, an_order

pytestmark = pytest.mark.django_db
MILLION = 1_000_000_000_000  # a million đồng, in millionths
_moments = count(1)
day = datetime.date.fromisoformat


@pytest.fixture
def reader() -> Reader:
    """A manager on TODAY, 16 March 2026."""
    return Reader(user=a_user("manager"), today=TODAY)


def closed(effective_on: str, million: int = 1, order: Order | None = None, **fields) -> Closure:
    """Return a closing that took effect on a day, of an order that brought so many million a month."""
    order = order or an_order(start_on=day(fields.pop("start_on", "2025-12-01")), **fields.pop("sold", {}))
    at = AT + datetime.timedelta(seconds=next(_moments))
    values = {"order": order, "customer": order.customer, "channel": "backoffice", "time_zone": order.time_zone}
    values |= {"submitted_at": at, "requested_on": effective_on, "effective_on": day(effective_on), "took_effect_at": at}
    if "own_words" not in fields and "reason" not in fields:
        values["reason"] = CloseReason.objects.filter(system_code=NOT_SAID).first() or a_close_reason(
            "Không nói", audience="system", system_code=NOT_SAID
        )
    return Closure.objects.create(**values | {"lost_mrr_micro": million * MILLION} | fields)


def asked(reader: Reader, query: str = "") -> ListState:
    """Return the scope that an address names; without one, a year in đồng."""
    return scope(QueryDict(query), reader, "VND")


def report(reader: Reader, query: str = "") -> Report:
    """Return the report at an address."""
    return churn_report(asked(reader, query), reader)


def told(shown: Report, key: str) -> dict[str, tuple[int, int]]:
    """Return a breakdown as words with number and millions lost."""
    rows: Sequence = next(each.rows for each in shown.breakdowns if each.key == key)
    return {row.text: (row.figure.count, row.figure.lost // MILLION) for row in rows}


@pytest.fixture
def company(reader, english):
    """Six closings of March and January, one of a year ago, one scheduled, one undone, one transfer and one in dollars."""
    price, gone = a_close_reason("Đắt", category="price"), a_close_reason("Chuyển nhà", category="circumstances")
    unpaid = a_close_reason("Không trả", category="payment", audience="system", system_code="unpaid_test")
    yearly, lan = a_plan("Hằng năm", name_en="Yearly", interval_unit="year"), a_user("salesperson", name="Lan")
    big, small = a_product("BIG"), a_product("SMALL")
    lines = [a_draft_line(100_000, product=small), a_draft_line(900_000, product=big)]
    closed("2026-03-01", 5, reason=price, channel="portal", sold={"plan": yearly, "salesperson": lan, "lines": lines})
    closed("2026-03-31", 3, reason=price, start_on="2026-03-05", sold={"lines": lines})
    closed("2026-03-10", 2, reason=gone, staff_reason=price, signs=["unpaid"], sold={"salesperson": lan})
    closed("2026-01-31", 1, own_words="Không nói", start_on="2023-01-31")
    back = closed("2026-01-02", 4, reopened_at=AT, reopened_on=day("2026-03-02"))
    closed("2026-01-15", 7, order=back.order, type="non_payment", channel="system", reason=unpaid, signs=["unpaid"])
    closed("2025-02-10", 9, reason=price, reopened_at=AT, reopened_on=day("2026-02-01"))
    closed("2026-03-20", 8, took_effect_at=None, reason=price)
    closed("2026-03-21", 8, took_effect_at=None, undone_at=AT, reason=price)
    closed("2026-03-12", 6, type="transfer", reason=price)
    closed("2026-03-12", 6, reason=price, sold={"currency": "USD"})
    return reader


def test_the_breakdowns_of_a_small_company(company):
    shown = report(company)
    assert shown.total == Figure(6, 22 * MILLION)
    reasons = told(shown, "reason")
    assert list(reasons.values()) == [(2, 8), (1, 7), (1, 4), (1, 2), (1, 1)]
    assert {reasons["In staff's own words"], reasons["Không nói (en)"]} == {(1, 1), (1, 4)}
    assert told(shown, "category") == {
        "Price": (2, 8),
        "Payment": (1, 7),
        "Not given": (1, 4),
        "Changed circumstances": (1, 2),
        "In staff's own words": (1, 1),
    }
    assert told(shown, "plan")["Yearly"] == (1, 5)
    assert told(shown, "product")["Service BIG"] == (2, 8)
    assert told(shown, "tenure") == {
        "Under 1 month": (1, 3),
        "1 to 3 months": (2, 11),
        "3 to 6 months": (2, 7),
        "2 years and longer": (1, 1),
    }
    assert told(shown, "channel") == {"Back office": (4, 10), "System": (1, 7), "Customer portal": (1, 5)}
    assert told(shown, "salesperson") == {"None": (4, 15), "Lan": (2, 7)}
    assert told(shown, "voluntary") == {"Voluntary": (5, 15), "Not voluntary": (1, 7)}
    months = {f"{begins:%Y-%m}": sum(cells.values(), Figure()) for begins, cells in shown.cells.items()}
    assert months == {"2026-03": Figure(3, 10 * MILLION), "2026-01": Figure(3, 12 * MILLION)}


def test_every_breakdown_adds_up_to_the_same(company):
    shown = report(company)
    assert len(shown.breakdowns) == 8
    for each in shown.breakdowns:
        assert sum((row.figure for row in each.rows), Figure()) == shown.total, each.key
        assert sum(row.count_share for row in each.rows) == sum(row.lost_share for row in each.rows) == 100, each.key
    assert sum((figure for cells in shown.cells.values() for figure in cells.values()), Figure()) == shown.total


def leads_to(query: str, reader: Reader) -> Figure:
    """Return what the list of closings shows at an address."""
    state = ListState.read(QueryDict(query), CLOSINGS)
    assert sorted(state.pairs()) == sorted(parse_qsl(query)), "the list left something out"
    whole = totals(closings(state, reader), CLOSINGS, [CLOSINGS.column_of["lost"]])
    return Figure(whole.count, whole.sums["lost"].get("VND", 0))


def test_every_mark_leads_to_as_many_closings_as_it_says(company):
    shown = report(company)
    for each in shown.breakdowns:
        for row in each.rows:
            assert leads_to(row.query, company) == row.figure, (each.key, row.key)
    for begins, cells in shown.cells.items():
        for key, figure in cells.items():
            assert leads_to(in_month(shown.state, begins).with_drill("reason", key).query, company) == figure
    for each in differences(shown):
        assert leads_to(each.query, company) == each.figure


def test_what_narrows_the_report_narrows_all_of_it(company):
    assert report(company, "from=2026-03").total == Figure(3, 10 * MILLION)
    assert report(company, "from=2026-01&to=2026-01").total == Figure(3, 12 * MILLION)
    assert report(company, "to=2026-01&from=2026-03").total == Figure(6, 22 * MILLION)
    assert report(company, "currency=USD").total == Figure(1, 6 * MILLION)
    assert report(company, "channel=portal").total == Figure(1, 5 * MILLION)
    assert report(company, "voluntary=no").total == Figure(1, 7 * MILLION)
    shown = report(company)
    for key in ("plan", "product", "salesperson"):
        for row in next(each.rows for each in shown.breakdowns if each.key == key):
            assert report(company, f"{key}={row.key}").total == row.figure
    assert report(company, "from=1999-01&to=2026-03").state.drills[0] == ("from", "2023-04")


def test_what_came_back_and_what_was_taken_back(company):
    state = asked(company)
    found = bookings(state, company, closed=report(company).total.count)
    assert (found.closed, found.reopened, found.scheduled, found.undone) == (6, 1, 2, 1)
    assert (str(found.undo_rate), str(found.reactivation_rate)) == ("50.00", "16.67")
    for query, number in ((found.reopened_query, 1), (found.scheduled_query, 2), (found.undone_query, 1)):
        assert leads_to(query, company).count == number
    # Reopened on its day, however long ago it had been closed.
    by_month = reopened_by_month(state, company)
    assert by_month == {day("2026-02-01"): Figure(1, 9 * MILLION), day("2026-03-01"): Figure(1, 4 * MILLION)}
    for begins, figure in by_month.items():
        assert leads_to(reopened_in(state, begins, begins).query, company) == figure


def test_where_views_differ(company):
    (found,) = differences(report(company))
    assert (found.said, found.staff, found.seen) == ("Changed circumstances", "Price", "Unpaid invoice")
    assert found.figure == Figure(1, 2 * MILLION)


def test_a_salesperson_sees_their_own(company):
    lan = Closure.objects.filter(channel="portal").get().order.salesperson
    own = Reader(user=lan, today=TODAY)
    assert report(own).total == Figure(2, 7 * MILLION)
    assert bookings(asked(own), own, closed=2).reopened == 0
    assert report(Reader(user=a_user("customer"), today=TODAY)).total == Figure()


@pytest.mark.parametrize("start", ["2023-12-31", "2024-02-29", "2025-01-30", "2026-01-15"])
def test_the_database_counts_full_months_as_the_rule_does(start, reader):
    order = an_order(start_on=day(start))
    ends = [day("2024-02-28"), day("2024-02-29"), day("2025-02-28"), day("2026-02-27"), day("2026-04-30"), day("2100-02-28")]
    for end in ends:
        closed(end.isoformat(), order=order, reopened_at=AT, reopened_on=end)
    counted = Closure.objects.order_by("effective_on").values_list("tenure_months", flat=True)
    assert list(counted) == [churn.full_months(order.start_on, end) for end in ends]


def visit(opened_on: str, **fields) -> CloseVisit:
    """Return a visit to the closing page."""
    order = fields.pop("order", None) or an_order()
    at = datetime.datetime.combine(day(opened_on), datetime.time(5), datetime.UTC)
    values = {"order": order, "customer": order.customer, "opened_at": at, "opened_on": opened_on}
    return CloseVisit.objects.create(**values | fields)


def test_the_funnel_of_the_closing_page(reader):
    accepted = {"outcome": "accepted", "offered_at": AT, "decided_at": AT}
    visit("2025-11-01", **accepted, is_kept=True)
    visit("2025-11-02", **accepted, is_kept=False)
    visit("2025-11-03", outcome="closed", decided_at=AT, offered_at=AT)
    visit("2025-11-04", **accepted)
    visit("2025-11-05")
    visit("2026-03-01", **accepted)
    visit("2024-01-01", outcome="closed", decided_at=AT)
    assert funnel(asked(reader), reader) == churn.Funnel(visits=6, offered=5, accepted=4, closed=1, ripe=4, kept=1)
    assert funnel(asked(reader, "currency=USD"), reader) == churn.Funnel()
    assert funnel(asked(reader, "plan=none&salesperson=none&product=none"), reader) == churn.Funnel()


def test_months_run_across_the_new_year(reader):
    assert [f"{begins:%y-%m}" for begins in months_of(asked(reader, "from=2025-11&to=2026-02"))] == [
        *("25-11", "25-12", "26-01", "26-02")
    ]


def test_a_closing_says_what_was_sold_and_whose_it_is_today(reader):
    lan, hoa = a_user("salesperson", name="Lan"), a_user("salesperson", name="Hoa")
    big = a_product("BIG")
    lines = [a_draft_line(100_000), a_draft_line(900_000, product=big)]
    order = an_order(start_on=day("2025-12-01"), salesperson=lan, lines=lines, currency="USD")
    closure = closed("2026-03-01", order=order)
    closure.refresh_from_db()
    assert (closure.currency, closure.plan, closure.product, closure.tenure_months) == ("USD", order.plan, big, 3)
    assert closure.salesperson == lan
    amend(order, customer_reference="", salesperson=hoa, note="", actor=system(), at=AT)
    order.lines.filter(product=big).delete()
    closure.refresh_from_db()
    assert (closure.salesperson, closure.product) == (hoa, big)
    with pytest.raises(IntegrityError), transaction.atomic():
        closed("2026-03-02", order=Order(pk=10**9, customer=order.customer, time_zone="UTC"))


def test_a_walk_in_several_ways_finds_what_several_walks_find(company):
    rows = closings(asked(company), company)
    ways = (("reason",), ("channel", "type", "plan", "salesperson"), ("reason", "staff_reason", "signs"), ("plan",))

    def plainly(groups):
        return sorted(({**each, "lost": int(each["lost"])} for each in groups), key=str)

    found = summed_in_ways(rows, *ways)
    assert [plainly(each) for each in found] == [plainly(summed(rows, *way)) for way in ways]
    assert all(found)
