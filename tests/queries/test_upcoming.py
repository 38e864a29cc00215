"""What will be billed: what a page shows before is to the đồng and to the day what the run issues later."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soon.activity.actor import system
from soon.models import Invoice, Order
from soon.operations.billing.run import run
from soon.operations.installation.seed import seed
from soon.operations.invoices.issue_next import CannotIssue, issue_next
from soon.operations.quotations.confirm import confirm
from soon.operations.quotations.draw_up import draw_up
from soon.queries.upcoming import SHOWN, Upcoming, upcoming, upcoming_on_plan
from soon.queries.why import why
from tests.builders import AT, TODAY, a_customer, a_draft, a_draft_line, a_plan, a_product, a_quotation, a_tax, an_order

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)

# (the plan, the quotation, whether its customer is exempt from tax)
CASES = {
    "every month from the 31st": ({}, {"start_on": datetime.date(2026, 1, 31)}, False),
    "calendar with an anchor day": ({"alignment": "calendar", "anchor_day": 30}, {}, False),
    "quarters of the calendar": ({"alignment": "calendar", "interval_count": 3}, {}, True),
    "in arrears": ({"in_arrears": True}, {}, False),
    "weeks in arrears, from the Monday": ({"interval_unit": "week", "alignment": "calendar", "in_arrears": True}, {}, False),
    "a free trial": ({}, {"trial_days": 45}, False),
    "a trial before an anchor day": ({"alignment": "calendar", "anchor_day": 15}, {"trial_days": 14}, True),
    "a fixed end": ({}, {"ends_on": datetime.date(2026, 8, 4)}, False),
    "all at once": (
        {"alignment": "calendar", "anchor_day": 31, "in_arrears": True},
        {"trial_days": 10, "ends_on": datetime.date(2026, 9, 9)},
        False,
    ),
    "without a plan": (None, {}, False),
}


@pytest.fixture(autouse=True)
def reasons_of_the_system():
    """Orders with a fixed end are ended by the run, for a reason of its own."""
    seed()


def a_mixed_quotation(plan: dict | None, *, is_exempt: bool = False, **fields) -> Order:
    """Return a quotation with lines of every kind: tax on top, tax inside, none; a discount; once."""
    made = a_plan(**plan) if plan is not None else None
    lines = [
        a_draft_line(1_234_567, tax=a_tax("8")),
        a_draft_line(99_999, quantity=Decimal("2.5"), discount_percent=Decimal("7.5"), tax=a_tax("10", is_included=True)),
        a_draft_line(350_000, description="Lắp đặt", is_recurring=False, tax=a_tax("10", is_included=True)),
        a_draft_line(50_000),
    ]
    values = {"start_on": TODAY, "plan": made, "lines": lines, "customer": a_customer(is_tax_exempt=is_exempt)}
    return a_quotation(**values | fields)


def coming(order: Order, today: datetime.date) -> Upcoming:
    fetched = Order.objects.select_related("customer", "plan").get(pk=order.pk)
    return upcoming(fetched, list(fetched.lines.select_related("product", "tax")), today)


def told(shown: Upcoming, *, with_dates: bool = True) -> list:
    """Return what a page says of each document."""
    return [
        (
            each.issued_on if with_dates else None,
            (each.period.start, each.period.end) if each.period else (None, None),
            (each.net_minor, each.tax_minor, each.total_minor),
            [(line.description, line.net_minor, line.tax_minor, line.why) for line in each.lines],
        )
        for each in shown.documents
    ]


def issued(order: Order, *, with_dates: bool = True) -> list:
    """Return the same of the invoices of `order`."""
    order.refresh_from_db()
    return [
        (
            invoice.issued_on if with_dates else None,
            (invoice.period_start, invoice.period_end),
            (invoice.untaxed_minor, invoice.tax_minor, invoice.total_minor),
            [(line.description, line.net_minor, line.tax_minor, why(line.derivation, order)) for line in invoice.lines.all()],
        )
        for invoice in Invoice.objects.filter(order=order).order_by("pk")
    ]


def move_the_clock(order: Order, documents: int) -> None:
    """Bill every day on which something is due, one after the other, until `order` has `documents` or nothing is left."""
    for _ in range(documents):
        order.refresh_from_db()
        if order.next_invoice_on is None:
            return
        run(bills_until=order.next_invoice_on, actor=system(), clock=lambda: AT)


def confirmed(quotation: Order, today: datetime.date) -> Order:
    return confirm(quotation, actor=system(), at=AT, today=today)


@pytest.mark.parametrize("case", CASES)
def test_what_is_shown_before_is_what_the_clock_brings(case):
    plan, terms, is_exempt = CASES[case]
    quotation = a_mixed_quotation(plan, is_exempt=is_exempt, **terms)
    shown = coming(quotation, quotation.start_on)
    assert len(shown.documents) == SHOWN or not shown.goes_on
    order = confirmed(quotation, quotation.start_on)
    assert told(coming(order, order.start_on)) == told(shown)
    move_the_clock(order, len(shown.documents))
    assert issued(order) == told(shown)
    assert shown.totals.total == sum(Invoice.objects.values_list("total_minor", flat=True))
    assert shown.goes_on == (order.next_invoice_on is not None)
    if order.ends_on:
        run(bills_until=order.ends_on, actor=system(), clock=lambda: AT)
        order.refresh_from_db()
        assert (order.state, order.closure.type, order.closure.effective_on) == ("churned", "expired", order.ends_on)
        assert Invoice.objects.count() == len(shown.documents)


@pytest.mark.parametrize("case", CASES)
def test_by_hand_one_after_the_other_are_the_same_documents(case):
    plan, terms, is_exempt = CASES[case]
    order = confirmed(a_mixed_quotation(plan, is_exempt=is_exempt, **terms), TODAY)
    shown = coming(order, TODAY)
    for _ in shown.documents:
        issue_next(order, actor=system(), at=AT, today=TODAY)
    assert issued(order, with_dates=False) == told(shown, with_dates=False)
    if not shown.goes_on:
        with pytest.raises(CannotIssue):
            issue_next(order, actor=system(), at=AT, today=TODAY)


@pytest.mark.parametrize("case", CASES)
def test_what_was_missed_is_shown_as_missed_and_caught_up_in_that_order(case):
    plan, terms, is_exempt = CASES[case]
    order = confirmed(a_mixed_quotation(plan, is_exempt=is_exempt, **terms), TODAY)
    later = TODAY + 70 * DAY
    shown = [each for each in told(coming(order, later)) if each[0] == later]
    missed = [each.is_missed for each in coming(order, later).documents]
    assert missed == sorted(missed, reverse=True)
    run(bills_until=later, actor=system(), clock=lambda: AT)
    assert issued(order) == shown
    order.refresh_from_db()
    assert all(each.issued_on > later for each in coming(order, later).documents)


plans = st.fixed_dictionaries(
    {
        "interval_unit": st.sampled_from(["day", "week", "month", "year"]),
        "interval_count": st.integers(1, 7),
        "in_arrears": st.booleans(),
    }
).flatmap(
    lambda plan: st.fixed_dictionaries(
        {**{name: st.just(value) for name, value in plan.items()}, "alignment": st.sampled_from(["anniversary", "calendar"])}
    )
)
starts = st.dates(datetime.date(2025, 12, 1), datetime.date(2026, 12, 31))
anchors = st.none() | st.integers(1, 31)
trials = st.sampled_from([0, 0, 1, 30, 61])
terms_in_days = st.none() | st.integers(1, 400)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(plans, anchors, starts, trials, terms_in_days, st.booleans())
def test_law_what_is_shown_is_what_is_issued(plan, anchor_day, start_on, trial_days, term, is_exempt):
    if plan["alignment"] == "calendar" and plan["interval_unit"] in ("month", "year"):
        plan = plan | {"anchor_day": anchor_day}
    ends_on = start_on + (trial_days + term) * DAY if term else None
    with transaction.atomic():
        quotation = a_mixed_quotation(plan, is_exempt=is_exempt, start_on=start_on, trial_days=trial_days, ends_on=ends_on)
        shown = coming(quotation, start_on)
        order = confirmed(quotation, start_on)
        move_the_clock(order, len(shown.documents))
        assert issued(order) == told(shown)
        transaction.set_rollback(True)


prices = st.integers(0, 10**9)
quantities = st.decimals("0.001", "50", places=3)
percents = st.decimals("0", "100", places=2)
lines_typed = st.lists(st.tuples(prices, quantities, percents, percents, st.booleans()), min_size=1, max_size=3)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines_typed, st.booleans())
def test_law_a_quotation_costs_what_its_first_whole_period_costs(lines, is_exempt):
    with transaction.atomic():
        typed = [
            a_draft_line(price, quantity=quantity, discount_percent=discount, tax=a_tax(str(percent), is_included=included))
            for price, quantity, discount, percent, included in lines
        ]
        draft = a_draft(lines=typed, start_on=TODAY, customer=a_customer(is_tax_exempt=is_exempt))
        drawn_up = draw_up(draft)
        first = upcoming(drawn_up.order, drawn_up.lines, TODAY).documents[0]
        stored = a_quotation(lines=typed, start_on=TODAY, customer=draft.customer, plan=draft.plan)
        assert (first.net_minor, first.tax_minor) == (stored.untaxed_minor, stored.tax_minor)
        assert drawn_up.order.total_minor == stored.total_minor == first.total_minor
        assert [(line.net_minor, line.tax_minor) for line in first.lines] == list(
            stored.lines.values_list("net_minor", "tax_minor")
        )
        transaction.set_rollback(True)


def test_what_is_not_stored_is_shown_like_what_is_and_writes_nothing():
    draft = a_draft(start_on=None, trial_days=7, ends_on=TODAY + 100 * DAY, price_minor=777_777)
    stored = a_quotation(**{name: getattr(draft, name) for name in ("customer", "plan", "lines", "trial_days", "ends_on")})
    with CaptureQueriesContext(connection) as captured:
        drawn_up = draw_up(draft)
        shown = upcoming(drawn_up.order, drawn_up.lines, TODAY)
    assert len(captured) == 0
    assert told(shown) == told(coming(stored, TODAY))
    assert shown.order.start_on == TODAY
    assert drawn_up.order.start_on is None


def test_a_plan_is_tried_out_with_its_trial_its_anchor_and_a_price():
    plan = a_plan(alignment="calendar", anchor_day=15, trial_days=10)
    product = a_product("CLOUD", tax=a_tax("8", is_included=True))
    start_on = datetime.date(2026, 3, 1)
    shown = upcoming_on_plan(plan, start_on, price_minor=1_080_000, currency="VND", product=product, tax=product.tax)
    first, second = shown.documents[:2]
    # Free until 10 March; 4 of the 28 days from 15 February are left until the anchor.
    assert (first.issued_on, first.period.start, first.period.end) == (
        datetime.date(2026, 3, 11),
        datetime.date(2026, 3, 11),
        datetime.date(2026, 3, 15),
    )
    assert (first.lines[0].why.fraction, first.total_minor) == ("4/28", 154_286)
    assert (second.net_minor, second.tax_minor, second.total_minor) == (1_000_000, 80_000, 1_080_000)
    assert first.lines[0].why.last_free_on == datetime.date(2026, 3, 10)
    assert second.lines[0].why.last_free_on is None
    assert (shown.is_cut_at_first, shown.goes_on, len(shown.documents)) == (True, True, SHOWN)
    assert not shown.misses_days


def test_the_end_of_the_calendar_ends_the_list():
    plan = a_plan(interval_unit="year", interval_count=999)
    shown = upcoming_on_plan(plan, datetime.date(2199, 12, 31), price_minor=1, currency="VND")
    assert 0 < len(shown.documents) < SHOWN
    assert not shown.goes_on


def test_an_order_in_progress_shows_only_what_is_left():
    order = an_order(ends_on=TODAY + 70 * DAY)
    assert len(coming(order, TODAY).documents) == 3
    issue_next(order, actor=system(), at=AT, today=TODAY)
    assert [each.period.start for each in coming(order, TODAY).documents] == [
        datetime.date(2026, 4, 16),
        datetime.date(2026, 5, 16),
    ]
