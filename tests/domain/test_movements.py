"""Movements of revenue: stories in tables, and laws that hold for any story."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.earning import Change, Earlier, Gap, Level, Story, changes_of, shared_out
from soon.domain.movements import Movement, OrderChange, movements_of

GOLD, SILVER = 1, 2
MONTHLY, YEARLY = 10, 20


def on(month: int, day: int = 1) -> datetime.date:
    return datetime.date(2026, month, day)


def earns(amount: int, *, plan: int = MONTHLY, product: int = GOLD) -> Level:
    return Level(plan, {product: amount})


def told(*stories: Story, currencies: str = "USD") -> list[tuple[datetime.date, str, int]]:
    changes = [OrderChange(key, currencies, each) for key, story in enumerate(stories) for each in changes_of(story)]
    return [(each.change.on, each.kind, each.change.amount_micro) for each in movements_of(changes)]


def closed(start: datetime.date, end: datetime.date | None = None, cause: str = "ordinary") -> Gap:
    return Gap(start, end, cause, is_pause=False)


def paused(start: datetime.date, end: datetime.date | None = None) -> Gap:
    return Gap(start, end, "paused", is_pause=True)


# Each: what one customer holds, and how their movements are told.
STORIES = {
    "a yearly plan, a second one added and closed, all closed, and back: ChartMogul's Syncalytics": (
        [
            Story(on(1), earns(16667, plan=YEARLY), (), [closed(on(8))]),
            Story(on(3), earns(6000, product=SILVER), (), [closed(on(5))]),
            Story(on(10), earns(15000)),
        ],
        [
            (on(1), "new", 16667),
            (on(3), "expansion", 6000),
            (on(5), "contraction", -6000),
            (on(8), "churn", -16667),
            (on(10), "reactivation", 15000),
        ],
    ),
    "a pause is a contraction, going on an expansion": (
        [Story(on(1), earns(100), (), [paused(on(3), on(5))])],
        [(on(1), "new", 100), (on(3), "contraction", -100), (on(5), "expansion", 100)],
    ),
    "closed while paused: the customer goes, nothing more is lost": (
        [Story(on(1), earns(100), (), [paused(on(3), on(5)), closed(on(5))])],
        [(on(1), "new", 100), (on(3), "contraction", -100), (on(5), "churn", 0)],
    ),
    "reopened after a gap": (
        [Story(on(1), earns(100), (), [closed(on(3), on(6))])],
        [(on(1), "new", 100), (on(3), "churn", -100), (on(6), "reactivation", 100)],
    ),
    "closed and reopened the same day: nothing happened": (
        [Story(on(1), earns(100), (), [closed(on(3), on(3))])],
        [(on(1), "new", 100)],
    ),
    "closed before it began: never a customer": ([Story(on(3), earns(100), (), [closed(on(2))])], []),
    "closed on its first day: never a customer": ([Story(on(3), earns(100), (), [closed(on(3))])], []),
    "free: never a customer": ([Story(on(1), earns(0), (), [paused(on(2), on(3)), closed(on(4))])], []),
    "paused in its free trial: a customer from the day it goes on": (
        [Story(on(3), earns(100), (), [paused(on(2), on(5))])],
        [(on(5), "new", 100)],
    ),
    "up, then down": (
        [Story(on(1), earns(120), (Earlier(on(2), earns(100)), Earlier(on(3), earns(160))))],
        [(on(1), "new", 100), (on(2), "expansion", 60), (on(3), "contraction", -40)],
    ),
    "another plan at a higher price: moved over, and more": (
        [Story(on(1), earns(150, plan=YEARLY), (Earlier(on(4), earns(100)),))],
        [(on(1), "new", 100), (on(4), "expansion", 50), (on(4), "transfer", -100), (on(4), "transfer", 100)],
    ),
    "one closed, an equal one begun the same day: a transfer": (
        [Story(on(1), earns(100), (), [closed(on(4), cause="transfer")]), Story(on(4), earns(100))],
        [(on(1), "new", 100), (on(4), "transfer", -100), (on(4), "transfer", 100)],
    ),
    "one closed, a smaller one begun the same day": (
        [Story(on(1), earns(100), (), [closed(on(4))]), Story(on(4), earns(70))],
        [(on(1), "new", 100), (on(4), "contraction", -30), (on(4), "transfer", -70), (on(4), "transfer", 70)],
    ),
    "a paused one closed, another begun the same day": (
        [Story(on(1), earns(100), (), [paused(on(2), on(4)), closed(on(4))]), Story(on(4), earns(70))],
        [(on(1), "new", 100), (on(2), "contraction", -100), (on(4), "contraction", 0), (on(4), "expansion", 70)],
    ),
}


@pytest.mark.parametrize(("stories", "expected"), STORIES.values(), ids=STORIES)
def test_stories(stories: list[Story], expected: list[tuple[datetime.date, str, int]]) -> None:
    assert told(*stories) == expected


def test_who_comes_and_goes_is_counted_once() -> None:
    """Two products in one order, then a second order: one customer, two orders; both closed: none."""
    both = Story(on(1), Level(MONTHLY, {GOLD: 100, SILVER: 50}), (), [closed(on(6))])
    changes = [OrderChange(key, "USD", each) for key, story in ((1, both), (2, both)) for each in changes_of(story)]
    found = movements_of(changes)
    assert [each.customers for each in found] == [1, 0, 0, 0, -1, 0, 0, 0]
    assert [each.change.held for each in found] == [1, 0, 1, 0, -1, 0, -1, 0]
    assert {each.cohort_on for each in found} == {on(1)}


def test_another_currency_is_not_a_new_customer() -> None:
    changes = [OrderChange(1, "USD", Change(on(1), MONTHLY, GOLD, "began", 100, 1))]
    changes += [OrderChange(2, "EUR", Change(on(2), MONTHLY, GOLD, "began", 80, 1))]
    changes += [OrderChange(1, "USD", Change(on(3), MONTHLY, GOLD, "ordinary", -100, -1))]
    assert [each.kind for each in movements_of(changes)] == ["new", "expansion", "contraction"]


days = st.integers(0, 60).map(lambda days: on(1) + datetime.timedelta(days=days))
levels = st.dictionaries(st.sampled_from([GOLD, SILVER, 3]), st.integers(0, 500), min_size=1)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    edges = sorted(draw(st.lists(days, max_size=6)))
    gaps = [Gap(start, end, "gap", is_pause=draw(st.booleans())) for start, end in list(pairwise(edges))[::2]]
    if draw(st.booleans()):
        gaps.append(closed(draw(days)))
    earlier = [
        Earlier(day, Level(draw(st.sampled_from([MONTHLY, YEARLY])), draw(levels))) for day in draw(st.sets(days, max_size=2))
    ]
    return Story(draw(days), Level(MONTHLY, draw(levels)), earlier, gaps)


def _earns_on(story: Story, day: datetime.date) -> int:
    """Say it the plain way: what the story comes to on a single day."""
    if day < story.begins_on or any(gap.start_on <= day and (gap.end_on is None or day < gap.end_on) for gap in story.gaps):
        return 0
    level = next(
        (each.level for each in sorted(story.earlier, key=lambda each: each.until_on) if day < each.until_on), story.level
    )
    return sum(level.by_product.values())


@given(stories())
def test_changes_add_up_to_what_is_earned_on_every_day(story: Story) -> None:
    changes = changes_of(story)
    for day in (on(1) + datetime.timedelta(days=days) for days in range(-1, 63)):
        assert sum(each.amount_micro for each in changes if each.on <= day) == _earns_on(story, day)
        assert sum(each.held for each in changes if each.on <= day) in (0, 1)


def _customers(found: list[Movement], day: datetime.date) -> int:
    return sum(each.customers for each in found if each.change.on <= day)


@given(st.lists(stories(), max_size=4))
def test_movements_keep_sums_and_go_their_way(several: list[Story]) -> None:
    changes = [OrderChange(key, "USD", each) for key, story in enumerate(several) for each in changes_of(story)]
    found = movements_of(changes)
    for part in ("amount_micro", "held"):
        assert sum(getattr(each.change, part) for each in found) == sum(getattr(each.change, part) for each in changes)
    for day in {each.change.on for each in found}:
        todays = [each for each in found if each.change.on == day]
        assert sum(each.change.amount_micro for each in todays if each.kind == "transfer") == 0
        assert len({each.kind for each in todays} - {"transfer"}) <= 1 or not all(each.change.amount_micro for each in todays)
        assert _customers(found, day) in (0, 1)
    for each in found:
        amount = each.change.amount_micro
        assert each.kind == "transfer" or (amount > 0 if each.kind in ("new", "reactivation", "expansion") else amount <= 0)


@given(st.lists(stories(), max_size=3))
def test_telling_it_again_from_the_parts_changes_nothing(several: list[Story]) -> None:
    """What is stored is read back as changes when another order of the customer moves."""
    changes = [OrderChange(key, "USD", each) for key, story in enumerate(several) for each in changes_of(story)]
    once = movements_of(changes)
    sums: dict[tuple[object, ...], list[int]] = {}
    for each in once:
        key = (each.order, each.change.on, each.change.plan, each.change.product, each.change.cause)
        amounts = sums.setdefault(key, [0, 0])
        amounts[0] += each.change.amount_micro
        amounts[1] += each.change.held
    again = [
        OrderChange(order, "USD", Change(day, plan, product, cause, amount, held))
        for (order, day, plan, product, cause), (amount, held) in sums.items()
    ]  # fmt: skip
    assert sorted(movements_of(again)) == sorted(once)


@given(st.integers(0, 10**15), st.dictionaries(st.integers(1, 9), st.integers(0, 10**9), min_size=1))
def test_shares_add_up(total: int, nets: dict[int, int]) -> None:
    shares = shared_out(total, nets)
    assert set(shares) == set(nets)
    assert sum(shares.values()) == (total if sum(nets.values()) else 0)
