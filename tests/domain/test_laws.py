"""Laws of billing for every start, interval, price and order of events: nothing is lost, nothing is twice."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from soon.domain.agreements import Agreement, Changed, bill, give_back
from soon.domain.billing import BillableLine, Charge, Terms, amount_from, documents_due
from soon.domain.changes import add_item, set_quantity
from soon.domain.closing import settle_close
from soon.domain.pausing import pause, resume
from soon.domain.periods import ALIGNMENTS, MONTH, WEEK, YEAR, Interval, Schedule
from soon.domain.pricing import LinePrice
from soon.domain.taxes import TaxRule

DAY = datetime.timedelta(days=1)
YEAR_OF_STARTS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=number) for number in range(366)]

prices = st.builds(
    LinePrice,
    st.integers(0, 10**12),
    st.decimals("0.001", "9999", places=3),
    st.decimals("0", "100", places=2),
)
taxes = st.builds(TaxRule, st.sampled_from([Decimal(0), Decimal(8), Decimal("8.5"), Decimal(10)]), st.booleans(), st.booleans())
starts = st.dates(datetime.date(2023, 12, 1), datetime.date(2025, 2, 1))
intervals = st.sampled_from([Interval(WEEK), Interval(WEEK, 2), Interval(MONTH), Interval(MONTH, 3), Interval(YEAR)])
terms = st.builds(
    lambda interval, start, alignment, arrears: Terms(Schedule(interval, start, alignment), arrears),
    intervals, starts, st.sampled_from(ALIGNMENTS), st.booleans(),
)  # fmt: skip


@st.composite
def agreements(draw):
    count = draw(st.integers(1, 3))
    lines = tuple(BillableLine(number, draw(prices), draw(taxes)) for number in range(count))
    return Agreement(draw(terms), lines)


def start_of(agreement: Agreement) -> datetime.date:
    return agreement.terms.schedule.start_on


def money(charges: list[Charge]) -> tuple[int, int]:
    return sum(one.billed.net_minor for one in charges), sum(one.billed.tax_minor for one in charges)


def days_of(charges: list[Charge], key: object) -> list[datetime.date]:
    periods = [one.period.service for one in charges if one.key == key]
    return sorted(period.start + datetime.timedelta(days=day) for period in periods for day in range(period.days))


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize("interval", [Interval(WEEK, 3), Interval(MONTH), Interval(MONTH, 3), Interval(YEAR)])
@pytest.mark.parametrize("in_arrears", [False, True])
def test_over_ten_years_no_start_day_has_a_gap_or_an_overlap(alignment, interval, in_arrears):
    for start in YEAR_OF_STARTS:
        anchor = 31 if start.day % 2 else None
        of_months = interval.months > 0 and alignment == "calendar"
        schedule = Schedule(interval, start, alignment, anchor if of_months else None)
        line = BillableLine(0, LinePrice(1))
        until = start.replace(year=start.year + 10, day=min(start.day, 28))
        documents = documents_due(Terms(schedule, in_arrears), [line], until).documents
        periods = [document.charges[0].period.service for document in documents]
        assert periods[0].start == start
        assert all(before.end == after.start for before, after in pairwise(periods))
        # In advance the day itself is billed, in arrears everything that was complete by then.
        assert (periods[-1].end > until) is not in_arrears or periods[-1].end == until


@given(agreements(), st.lists(st.integers(0, 800), max_size=6), st.integers(0, 800))
@settings(max_examples=60)
def test_however_often_the_run_is_started_the_documents_are_the_same(agreement, looks, last):
    until = start_of(agreement) + datetime.timedelta(days=last)
    at_once = bill(agreement, until)
    documents = []
    for day in sorted({min(look, last) for look in looks} | {last}):
        agreement, new = bill(agreement, start_of(agreement) + datetime.timedelta(days=day))
        documents += new
    assert (agreement.lines, documents) == (at_once[0].lines, at_once[1])
    # And once more finds nothing.
    assert bill(agreement, until)[1] == []


@given(agreements(), st.integers(0, 500), st.integers(0, 500))
@settings(max_examples=80)
def test_a_closed_service_is_paid_for_each_day_it_served_and_no_other(agreement, billed, closed):
    until, end = (start_of(agreement) + datetime.timedelta(days=number) for number in (billed, closed))
    agreement, documents = bill(agreement, until)
    settlement = settle_close(agreement, end).settlement
    charged = [charge for document in documents for charge in document.charges] + list(settlement.charges)
    served = [start_of(agreement) + datetime.timedelta(days=number) for number in range((end - start_of(agreement)).days)]
    for line in agreement.lines:
        kept = days_of(charged, line.key)
        for day in days_of(list(settlement.credits), line.key):
            kept.remove(day)
        assert kept == served


@given(prices, taxes, terms, st.lists(st.integers(0, 400), min_size=1, max_size=5))
@settings(max_examples=80)
def test_given_back_in_steps_or_at_once_it_is_the_same_money(price, tax, terms, steps):
    agreement, documents = bill(
        Agreement(replace(terms, in_arrears=False), (BillableLine(0, price, tax),)), terms.schedule.start_on
    )
    whole = documents[0].charges[0]
    ends = sorted({whole.period.service.end - datetime.timedelta(days=min(step, whole.period.service.days)) for step in steps})
    _, at_once = give_back(agreement.billed, ends[0])
    parts, in_steps = list(agreement.billed), []
    for day in reversed(ends):
        parts, some = give_back(parts, day)
        in_steps += some
    assert money(in_steps) == money(at_once)
    # All of it given back is all that was charged.
    _, everything = give_back(agreement.billed, terms.schedule.start_on)
    assert money(everything) == money([whole])


@given(agreements(), st.integers(0, 60))
@settings(max_examples=60)
def test_every_amount_follows_from_its_derivation_alone(agreement, closed):
    agreement, documents = bill(agreement, start_of(agreement) + datetime.timedelta(days=30))
    settlement = settle_close(agreement, start_of(agreement) + datetime.timedelta(days=closed)).settlement
    charges = [charge for document in documents for charge in document.charges] + [*settlement.charges, *settlement.credits]
    for charge in charges:
        assert amount_from(charge.billed.derivation.as_facts()) == (charge.billed.net_minor, charge.billed.tax_minor)


@given(prices, terms, st.integers(1, 300))
@settings(max_examples=60)
def test_a_part_is_never_a_whole_unit_off_its_exact_share(price, terms, closed):
    agreement, documents = bill(Agreement(terms, (BillableLine(0, price),)), terms.schedule.start_on)
    end = terms.schedule.start_on + datetime.timedelta(days=closed)
    settlement = settle_close(agreement, end).settlement
    for charge in [*(charge for document in documents for charge in document.charges), *settlement.charges]:
        exact = price.exact_net * Fraction(charge.period.service.days, charge.period.whole.days)
        assert abs(charge.billed.net_minor - exact) <= Fraction(1, 2)


def total(changes: list[Changed]) -> int:
    return sum(change.settlement.gross_minor for change in changes)


@given(agreements(), st.integers(0, 100), st.lists(st.integers(1, 9), min_size=1, max_size=4))
@settings(max_examples=60)
def test_several_changes_on_one_day_cost_what_the_last_one_costs(agreement, later, quantities):
    on = start_of(agreement) + datetime.timedelta(days=later)
    agreement, _ = bill(agreement, on)
    # At once, the quantity that it has already changes and settles nothing; in steps, its part of the period is settled.
    assume(agreement.line(0).price.quantity != quantities[-1])
    at_once = set_quantity(agreement, 0, Decimal(quantities[-1]), on)
    steps, current = [], agreement
    for quantity in quantities:
        steps.append(set_quantity(current, 0, Decimal(quantity), on))
        current = steps[-1].agreement
    assert total(steps) == at_once.settlement.gross_minor
    assert current.lines == at_once.agreement.lines


@given(agreements(), prices, prices, st.integers(0, 100))
@settings(max_examples=40)
def test_the_order_of_two_items_added_on_one_day_makes_no_difference(agreement, first, second, later):
    on = start_of(agreement) + datetime.timedelta(days=later)
    agreement, _ = bill(agreement, on)
    one, other = BillableLine("a", first), BillableLine("b", second)
    there = add_item(agreement, one, on)
    back = add_item(agreement, other, on)
    both = add_item(there.agreement, other, on), add_item(back.agreement, one, on)
    assert total([there, both[0]]) == total([back, both[1]])
    assert set(both[0].agreement.lines) == set(both[1].agreement.lines)


@given(agreements(), st.integers(1, 200), st.integers(1, 200), st.integers(0, 200))
@settings(max_examples=60)
def test_paused_days_are_not_paid_for_and_all_others_once(agreement, before, paused, after):
    start = start_of(agreement)
    from_on, to_on = start + datetime.timedelta(days=before), start + datetime.timedelta(days=before + paused)
    end = to_on + datetime.timedelta(days=after)
    agreement, documents = bill(agreement, from_on)
    charged = [charge for document in documents for charge in document.charges]
    stopped = pause(agreement, from_on)
    idle, none = bill(stopped.agreement, to_on)
    assert none == []
    resumed = resume(idle, to_on)
    running, later = bill(resumed.agreement, end)
    closed = settle_close(running, end)
    charged += [charge for document in later for charge in document.charges]
    given_back = []
    for change in (stopped, resumed, closed):
        charged += change.settlement.charges
        given_back += change.settlement.credits
    served = {start + datetime.timedelta(days=number) for number in range((end - start).days)}
    for line in agreement.lines:
        kept = days_of(charged, line.key)
        for day in days_of(given_back, line.key):
            kept.remove(day)
        assert kept == sorted(day for day in served if not from_on <= day < to_on)
