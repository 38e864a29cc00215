"""The forecast's rules: the periods ahead are those that billing bills, and what is earned adds up month by month."""

import datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from soon.domain.billing import BillableLine, Terms, TooManyDocuments, documents_due
from soon.domain.forecast import Stage, Step, documents_of, levels, months_ahead, moved_by_month, open_periods, periods_ahead
from soon.domain.pricing import LinePrice

from .strategies import schedules

TODAY = datetime.date(2026, 3, 16)
LINE = BillableLine("a", LinePrice(100_003))


def days_from(day: datetime.date, least: int, most: int) -> datetime.date:
    return st.integers(least, most).map(lambda number: day + datetime.timedelta(days=number))


@given(schedules, st.data(), st.booleans())
def test_the_periods_ahead_are_those_that_are_billed(schedule, data, in_arrears):
    start_on = schedule.start_on
    billed_until = data.draw(st.none() | days_from(start_on, 0, 500))
    ends_on = data.draw(st.none() | days_from(start_on, 1, 900))
    until = data.draw(days_from(start_on, -40, 800))
    line = BillableLine("a", LINE.price, billed_until=billed_until)
    try:
        documents = documents_due(Terms(schedule, in_arrears, ends_on), [line], until).documents
    except TooManyDocuments:
        return
    ahead = periods_ahead(
        open_periods(schedule, billed_until, until, in_arrears=in_arrears), ends_on, until, in_arrears=in_arrears
    )
    billed = [(document.due_on, document.charges[0].period) for document in documents]
    assert [(each.due_on, each.period) for each in ahead] == billed


@given(schedules, st.booleans(), st.integers(1, 6))
def test_a_change_of_nothing_changes_no_document(schedule, in_arrears, periods):
    """Where the second stage has the terms of the first, a boundary between them makes no difference."""
    terms, until = Terms(schedule, in_arrears), schedule.start_on + datetime.timedelta(days=400)
    following = schedule.periods_from(schedule.start_on)
    boundary = [next(following).service.end for _ in range(periods)][-1]
    alone = list(documents_of([Stage(None, terms, [LINE])], until))
    assert list(documents_of([Stage(None, terms, [LINE]), Stage(boundary, terms, [LINE])], until)) == alone
    assert alone == documents_due(terms, [LINE], until).documents


def test_levels_add_up_month_by_month():
    steps = [
        Step(datetime.date(2026, 2, 1), -5),
        Step(datetime.date(2026, 3, 31), 20),
        Step(datetime.date(2026, 4, 1), Fraction(1, 2)),
        Step(datetime.date(2027, 3, 31), -100),
    ]
    found = levels(1000, moved_by_month(steps, TODAY))
    # What should have ended before ends now; April begins with a step of its own.
    assert found == [1015, *[Fraction(2031, 2)] * 11, Fraction(1831, 2)]
    assert months_ahead(TODAY)[0] == datetime.date(2026, 3, 1) and months_ahead(TODAY)[-1] == datetime.date(2027, 3, 1)
