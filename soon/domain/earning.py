"""What a subscription earns a month, day by day, and how that changes: the steps from which movements are told.

Revenue counts from the first paid day on, not in a free trial, not while it is paused, not from the first day that is no longer
served. A paused subscription is still held by its customer, a closed one is not.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from .money import round_half_up

# Why a level changes, besides the types of a closure (models/closures.py) when it ends.
BEGAN = "began"
CHANGED = "changed"
PAUSED = "paused"
RESUMED = "resumed"
REOPENED = "reopened"
RENEWED = "renewed"


class Level(NamedTuple):
    """What is earned a month: millionths of the minor unit for each product (by key), under a recurring plan (by key)."""

    plan: int
    by_product: Mapping[int, int]


class Gap(NamedTuple):
    """Local dates `[start_on, end_on)` that earn nothing (no end: still), why it began, and whether it is a pause."""

    start_on: datetime.date
    end_on: datetime.date | None
    cause: str
    is_pause: bool


class Earlier(NamedTuple):
    """The level that held before the local date `until_on`, when a change of the order took effect."""

    until_on: datetime.date
    level: Level


class Story(NamedTuple):
    """All that decides what a subscription earned and earns: its first paid day, the level of today, earlier ones, gaps."""

    begins_on: datetime.date
    level: Level
    earlier: Sequence[Earlier] = ()
    gaps: Sequence[Gap] = ()


class Change(NamedTuple):
    """From the local date `on` a product under a plan earns `amount_micro` more (or less) a month than the day before.

    `held`: 1 with the first change of a day on which the customer comes to hold the subscription, -1 when they no longer do.
    """

    on: datetime.date
    plan: int
    product: int
    cause: str
    amount_micro: int
    held: int = 0


class _State(NamedTuple):
    level: Level
    is_held: bool
    cause: str


def changes_of(story: Story) -> list[Change]:
    """Return how the revenue of a subscription changes over time, oldest first; one that is free or never began has none."""
    days = {story.begins_on, *(each.until_on for each in story.earlier)}
    days |= {day for gap in story.gaps for day in (gap.start_on, gap.end_on) if day}
    before, found = _State(_idle(story.level), False, ""), list[Change]()
    for day in sorted(days):
        if day >= story.begins_on:
            now = _state(story, day, before)
            found += _between(day, before, now if found else now._replace(cause=BEGAN))
            before = now
    return found


def shared_out(total_micro: int, nets: Mapping[int, int]) -> dict[int, int]:
    """Return `total_micro` shared out to products by their net amounts; the shares add up to it exactly.

    Rounded half up one after the other on the running sum, so that each is off by less than one millionth.
    """
    whole, done, given, shares = sum(nets.values()), 0, 0, {}
    for product, net in sorted(nets.items()):
        done += net
        upto = round_half_up(Fraction(total_micro * done, whole)) if whole else 0
        shares[product], given = upto - given, upto
    return shares


def _state(story: Story, day: datetime.date, before: _State) -> _State:
    """Return what holds from `day` on. The end of a subscription outweighs its pause."""
    earlier = sorted(story.earlier, key=lambda each: each.until_on)
    level = next((each.level for each in earlier if day < each.until_on), story.level)
    within = [gap for gap in story.gaps if gap.start_on <= day and (gap.end_on is None or day < gap.end_on)]
    if within:
        gap = min(within, key=lambda gap: gap.is_pause)
        # What nobody paid for before is not held while it is paused.
        return _State(_idle(level), gap.is_pause and before.is_held, gap.cause)
    ended = [gap for gap in story.gaps if gap.end_on == day]
    cause = CHANGED if not ended else RESUMED if before.is_held else REOPENED
    return _State(level, any(level.by_product.values()), cause)


def _idle(level: Level) -> Level:
    return Level(level.plan, dict.fromkeys(level.by_product, 0))


def _between(day: datetime.date, before: _State, now: _State) -> Iterator[Change]:
    """Yield the changes that lead from one state to the next, the first of them with the change of holding."""
    held = int(now.is_held) - int(before.is_held)
    moves: dict[tuple[int, int], int] = {}
    for level, sign in ((before.level, -1), (now.level, 1)):
        for product, amount in level.by_product.items():
            moves[level.plan, product] = moves.get((level.plan, product), 0) + sign * amount
    # Closed while it was paused: nothing more is lost, but the customer goes.
    moved = {key: amount for key, amount in moves.items() if amount} or (dict(list(moves.items())[:1]) if held else {})
    for (plan, product), amount in moved.items():
        yield Change(day, plan, product, now.cause, amount, held)
        held = 0
