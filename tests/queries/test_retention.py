"""Rates of retention from the database are those that come of looking at every customer's life."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.domain.earning import Earlier, Gap, Level, Story
from soon.domain.retention import Kept, in_percent, kept, two_decimals
from soon.models import Movement, Rate, RetentionTally
from soon.operations.movements._month_ends import note_month_ends, rebuild_month_ends
from soon.operations.tally.fold import fold
from soon.queries.movements.due import COLUMNS
from soon.queries.revenue.retention import retention
from soon.queries.revenue.scope import Scope

from .lives import MICRO, is_held, lives, mrr_on

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
TODAY = datetime.date(2026, 6, 17)
EUR_IN_USD = {1: Decimal("1.10"), 4: Decimal("1.05")}


def on(month: int, day: int = 1) -> datetime.date:
    return datetime.date(2026, month, day)


def paying(amount: int, since: datetime.date, *gaps: Gap, until: dict[datetime.date, int] | None = None) -> Story:
    """Return a subscription of `amount` a month; `until` a day it was another one."""
    earlier = [Earlier(day, Level(1, {1: before * MICRO})) for day, before in (until or {}).items()]
    return Story(since, Level(1, {1: amount * MICRO}), earlier, gaps)


def closed(since: datetime.date, until: datetime.date | None = None, cause: str = "ordinary") -> Gap:
    return Gap(since, until, cause, is_pause=False)


def months(first: int, last: int, today: datetime.date = TODAY) -> Scope:
    return Scope(on(first), on(last), today, "USD")


def march() -> None:
    """Live through the month of five customers, one that is new and one that comes back."""
    lives(("USD", paying(160, on(1), until={on(3, 10): 100})))
    lives(("USD", paying(120, on(1), until={on(3, 31): 200})))
    lives(("USD", paying(200, on(1))), ("USD", paying(100, on(1), closed(on(3, 5)))))
    lives(("USD", paying(50, on(1), closed(on(3, 20)))))
    lives(("USD", paying(150, on(2))))
    lives(("USD", paying(90, on(3, 3))))
    lives(("USD", paying(70, on(1), closed(on(1, 20), on(3, 8)))))


def test_the_month_of_five_customers():
    march()
    found = retention(months(3, 3))
    whole = found.whole
    assert (whole.opening, whole.closing, 12 * whole.closing) == (800 * MICRO, 790 * MICRO, 9480 * MICRO)
    assert (whole.customers, whole.customers_at_end, whole.joined, whole.returned, whole.left) == (5, 6, 1, 1, 1)
    rates = (whole.customer_churn, whole.gross_mrr_churn, whole.net_mrr_churn, found.kept.gross, found.kept.net)
    assert [in_percent(rate) for rate in rates] == [Decimal(text) for text in ("20", "28.75", "21.25", "71.25", "78.75")]
    assert (two_decimals(whole.quick_ratio), two_decimals(whole.arpa / MICRO)) == (Decimal("0.96"), Decimal("131.67"))
    assert (found.lifetime.value, found.lifetime.is_low_data) == (800 * MICRO, True)
    assert (found.chosen.customers, found.chosen.amount, found.suffered.customers) == (1, 50 * MICRO, 0)
    # Over several months, who had left before and came back is out as well.
    assert retention(months(2, 4)).kept == Kept(650 * MICRO, 230 * MICRO, 60 * MICRO, customers=4, gone=1)
    # The same within a longer span, and nothing before there was anybody.
    assert retention(months(2, 4)).months[1] == found.months[0]
    assert retention(Scope(datetime.date(2025, 12, 1), on(1), TODAY, "USD")).whole.customer_churn is None


def test_ends_of_the_period_count_not_what_happened_in_between():
    lives(("USD", paying(120, on(1), until={on(3, 5): 100, on(3, 20): 160})))
    lives(("USD", paying(100, on(1), closed(on(3, 4), on(3, 25)))))
    found = retention(months(3, 3))
    assert (found.kept.gross, found.kept.net, found.kept.logo) == (1, Fraction(11, 10), 1)
    assert (found.whole.contraction, found.whole.churn, found.whole.reactivation) == (40 * MICRO, 100 * MICRO, 100 * MICRO)


def test_the_last_day_of_a_month_is_lost_in_the_next_and_the_running_month_ends_today():
    lives(("USD", paying(100, on(1), closed(on(4)))))
    lives(("USD", paying(100, on(1), closed(on(6, 17), cause="non_payment"))))
    lives(("USD", paying(100, on(1), closed(on(6, 18), cause="withdrawal"))))
    found = retention(months(3, 6))
    assert [each.moves.left for each in found.months] == [0, 1, 0, 1]
    assert [each.kept.gone for each in found.months] == [0, 1, 0, 1]
    assert [each.is_running for each in found.months] == [False, False, False, True]
    assert (found.kept.gone, found.chosen.customers, found.suffered.customers, found.withdrawn.customers) == (2, 1, 1, 0)
    assert retention(months(3, 6, on(6, 18))).withdrawn.amount == 100 * MICRO
    # A running month says too little about how long customers stay.
    assert found.lifetime.churn == Fraction(1, 8)


def test_who_moves_from_one_currency_to_another_is_one_customer():
    Rate.objects.create(currency="EUR", valid_from_on=on(1), rate=Decimal("1.10"))
    lives(("EUR", paying(100, on(1), closed(on(3, 5)))), ("USD", paying(105, on(3, 5))))
    lives(("USD", paying(200, on(1))))
    found = retention(months(3, 3))
    assert found.kept == found.months[0].kept
    assert (found.kept.opening, found.kept.lost, found.kept.gained) == (310 * MICRO, 5 * MICRO, 0)
    assert retention(months(2, 6)).kept.lost == 5 * MICRO
    Rate.objects.all().delete()
    unrated = retention(months(3, 3))
    assert (list(unrated.unrated), unrated.kept.opening, unrated.kept.customers) == (["EUR"], 200 * MICRO, 2)


days = st.integers(0, 195).map(lambda number: on(1) + number * DAY)
gaps = st.builds(lambda since, length, cause, is_pause: Gap(since, length and since + length * DAY, cause, is_pause),
    days, st.one_of(st.none(), st.integers(1, 60)), st.sampled_from(["ordinary", "expired"]), st.booleans(),
)  # fmt: skip
stories = st.builds(lambda amount, since, gap, until: paying(amount, since, *gap, until=until),
    st.integers(1, 5), days, st.lists(gaps, max_size=3), st.dictionaries(days, st.integers(1, 5), max_size=3),
)  # fmt: skip
everybody = st.lists(st.lists(st.tuples(st.sampled_from(["USD", "USD", "EUR"]), stories), min_size=1, max_size=3), max_size=4)


def worth(amounts, month: datetime.date) -> Fraction:
    rate = EUR_IN_USD[max(begins for begins in EUR_IN_USD if begins <= month.month)]
    return amounts["USD"] + amounts["EUR"] * Fraction(rate)


@settings(max_examples=20)
@given(everybody, st.integers(1, 6), st.integers(0, 5))
def test_whatever_customers_do_each_is_compared_at_both_ends(people, first, more):
    Movement.objects.all().delete()
    RetentionTally.objects.all().delete()
    Rate.objects.all().delete()
    for month, rate in EUR_IN_USD.items():
        Rate.objects.create(currency="EUR", valid_from_on=on(month), rate=rate)
    for lived in people:
        lives(*lived)
    last = min(first + more, 6)
    found = retention(months(first, last))

    def looked_at(begins: datetime.date, after: datetime.date):
        start, end = begins - DAY, min(after - DAY, TODAY)
        there = [lived for lived in people if is_held(start, lived)]
        told = kept([(worth(mrr_on(start, each), begins), worth(mrr_on(end, each), begins)) for each in there])
        return told.opening, told.lost, told.gained, len(there), sum(not is_held(end, each) for each in there)

    def asked(of):
        return of.opening, of.lost, of.gained, of.customers, of.gone

    assert asked(found.kept) == looked_at(on(first), on(last + 1))
    for month in found.months:
        assert asked(month.kept) == looked_at(month.begins, on(month.begins.month + 1))
    before = sums()
    fold(more_than=0)
    assert sums() == before


def sums() -> list:
    rows = RetentionTally.objects.order_by("month_on", "currency", "customer").values("month_on", "currency", "customer")
    summed = rows.annotate(Sum("lost_micro"), Sum("gained_micro"), Sum("gone"))
    return [row for row in summed if row["lost_micro__sum"] or row["gained_micro__sum"] or row["gone__sum"]]


def test_what_is_booked_anew_takes_its_sums_along():
    march()
    rows = list(Movement.objects.values_list(*COLUMNS))
    assert sums()
    note_month_ends(rows, rows[1:])
    note_month_ends(rows[1:], [])
    assert sums() == []


def test_sums_that_are_off_are_made_anew():
    march()
    before = sums()
    RetentionTally.objects.filter(pk=RetentionTally.objects.latest("pk").pk).update(lost_micro=1, customer=5)
    assert sums() != before
    rebuild_month_ends()
    assert sums() == before
