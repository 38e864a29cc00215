"""Scenarios as people and programs write them in JSON, read into the nouns of the rules."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, takewhile

from soon.domain.agreements import Agreement
from soon.domain.billing import BillableLine, Terms
from soon.domain.closing import first_day_not_served
from soon.domain.errors import DomainError
from soon.domain.money import LARGEST_MINOR, digits_of
from soon.domain.periods import ALIGNMENTS, ANNIVERSARY, UNITS, DateOutOfRange, Interval, Schedule, first_paid_day
from soon.domain.pricing import LinePrice
from soon.domain.taxes import NO_TAX, TaxRule

from ._scenario_fields import Fields, SenselessScenario

# So that an answer comes within seconds, whatever is asked.
MOST_ITEMS = 200
MOST_ACTIONS = 200
MOST_PERIODS = 4_000
MOST_LINES = 20_000

_FIELDS = (
    *("id", "interval", "alignment", "anchor_day", "billing", "timezone", "start", "currency", "items", "tax_rate"),
    *("trial_days", "actions", "until"),
)
_ITEM = ("id", "price", "quantity")
_CHOICE = ("item", "price")
_ACTIONS: dict[str, tuple[str, ...]] = {
    "close": ("effective_on",),
    "end": ("effective_on",),
    "change_plan": ("items", "interval", "at"),
    "add_item": _ITEM,
    "remove_item": _CHOICE,
    "set_quantity": (*_CHOICE, "quantity"),
    "pause": (),
    "resume": (),
}


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """Which item an action means: its id or place (from 0), its price in minor units, or else the newest."""

    item: str | int | None = None
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One action, booked on the local date `on`; `path` is where it stands in the scenario."""

    path: str
    type: str
    on: datetime.date
    effective_on: datetime.date
    lines: tuple[BillableLine, ...] = ()
    interval: Interval | None = None
    at_next_period: bool = False
    choice: ItemChoice = ItemChoice()
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Scenario:
    """An agreement as it begins, what happens to it, and the last local date to bill."""

    agreement: Agreement
    start_on: datetime.date
    first_paid_on: datetime.date
    actions: tuple[Action, ...]
    until: datetime.date
    currency: str
    time_zone: str


def read_scenario(given: object) -> Scenario:
    """Return the scenario that `given`, decoded JSON, describes; raise SenselessScenario with the field that is wrong."""
    fields = Fields(given, "", _FIELDS)
    zone = fields.time_zone("timezone", "UTC")
    start_on, until = fields.day("start", zone), fields.day("until", zone)
    trial_days = fields.whole("trial_days", 0, 100_000, 0)
    try:
        first_paid_on = first_paid_day(start_on, trial_days)
        currency = fields.word("currency")
        digits_of(currency)
    except SenselessScenario:
        raise
    except DomainError as error:
        raise fields.wrong("trial_days" if "trial" in str(error) else "currency", error) from None
    schedule = _schedule(fields, first_paid_on)
    reader = _Reader(zone, currency, start_on, _tax(fields))
    lines = reader.items(fields)
    actions = [reader.action(path, row) for path, row in fields.rows("actions", MOST_ACTIONS)]
    ends = [action.effective_on for action in actions if action.type == "end"]
    _check_size(schedule, actions, len(lines), until)
    agreement = Agreement(Terms(schedule, _in_arrears(fields), min(ends, default=None)), lines)
    booked = sorted((action for action in actions if action.type != "end"), key=lambda action: action.on)
    return Scenario(agreement, start_on, first_paid_on, tuple(booked), until, currency, zone)


def _in_arrears(fields: Fields) -> bool:
    return fields.word("billing", ("advance", "arrears"), "advance") == "arrears"


def _schedule(fields: Fields, first_paid_on: datetime.date) -> Schedule:
    alignment = fields.word("alignment", ALIGNMENTS, ANNIVERSARY)
    anchor_day = fields.whole("anchor_day", 1, 31) if fields.has("anchor_day") else None
    return Schedule(_interval(fields, ""), first_paid_on, alignment, anchor_day)


def _interval(fields: Fields, path: str) -> Interval:
    inner = Fields(fields.raw("interval"), f"{path}.interval" if path else "interval", ("unit", "count"))
    return Interval(inner.word("unit", UNITS), inner.whole("count", 1, 10_000, 1))


def _tax(fields: Fields) -> TaxRule:
    rate = fields.number("tax_rate", "0")
    if rate > 1:
        raise fields.wrong("tax_rate", f"must be a part of one like 0.20, not {rate}")
    return TaxRule(rate * 100) if rate else NO_TAX


def _check_size(schedule: Schedule, actions: Sequence[Action], items: int, until: datetime.date) -> None:
    """Raise SenselessScenario for a scenario that nobody would wait for."""
    most_items = max([items + len(actions), *(len(action.lines) for action in actions)])
    for interval in {schedule.interval, *(action.interval for action in actions if action.interval)}:
        try:
            periods = _count_periods(Schedule(interval, schedule.start_on), until)
        except DateOutOfRange as error:
            raise SenselessScenario(f"interval: {error}") from None
        if periods > MOST_PERIODS:
            raise SenselessScenario(f"until: more than {MOST_PERIODS} periods up to {until}")
        if periods * most_items > MOST_LINES:
            raise SenselessScenario(f"items: {most_items} items for {periods} periods are more than {MOST_LINES} lines")


def _count_periods(schedule: Schedule, until: datetime.date) -> int:
    """Return how many periods there are up to the one that holds `until`; never much more than MOST_PERIODS."""
    first_ones = islice(schedule.periods_from(schedule.start_on), MOST_PERIODS + 1)
    return sum(1 for _ in takewhile(lambda period: period.service.start <= until, first_ones))


class _Reader:
    """Reads items and actions, whose dates and amounts depend on the whole."""

    def __init__(self, time_zone: str, currency: str, start_on: datetime.date, tax: TaxRule) -> None:
        self._zone = time_zone
        self._currency = currency
        self._start_on = start_on
        self._tax = tax
        self._keys: set[str] = set()

    def items(self, fields: Fields) -> tuple[BillableLine, ...]:
        """Return the lines of the field `items`."""
        rows = fields.rows("items", MOST_ITEMS)
        return tuple(self._line(Fields(row, path, _ITEM)) for path, row in rows)

    def _line(self, item: Fields) -> BillableLine:
        price = LinePrice(item.amount("price", self._currency), item.quantity("quantity", "1"))
        if price.net_minor > LARGEST_MINOR:
            raise item.wrong("price", "too large with this quantity")
        # Without an id of its own an item is called by its number, which no id can look like.
        key = item.word("id") if item.has("id") else f"#{len(self._keys)}"
        if key in self._keys:
            raise item.wrong("id", f"there is an item {key[:40]!r} already")
        self._keys.add(key)
        return BillableLine(key, price, self._tax)

    def action(self, path: str, row: object) -> Action:
        """Return one action; what it does is checked when its day comes."""
        verb = Fields(row, path, row if isinstance(row, dict) else ()).word("type", tuple(_ACTIONS))
        fields = Fields(row, path, ("type", "on", *_ACTIONS[verb]))
        on = self._on(fields, verb)
        return Action(
            path=path,
            type=verb,
            on=on,
            effective_on=self._effective_on(fields, verb, on),
            lines=self._new_lines(fields, verb),
            interval=_interval(fields, path) if fields.has("interval") else None,
            at_next_period=fields.has("at") and bool(fields.word("at", ("now", "next_period")) == "next_period"),
            choice=self._choice(fields) if verb in ("remove_item", "set_quantity") else ItemChoice(),
            quantity=fields.quantity("quantity") if verb == "set_quantity" else Decimal(1),
        )

    def _on(self, fields: Fields, verb: str) -> datetime.date:
        # A fixed end is known from the start, whenever it was booked.
        if verb == "end" and not fields.has("on"):
            return self._start_on
        on = fields.day("on", self._zone)
        if on < self._start_on:
            raise fields.wrong("on", f"{on} lies before the start on {self._start_on}")
        return on

    def _effective_on(self, fields: Fields, verb: str, on: datetime.date) -> datetime.date:
        if verb not in ("close", "end"):
            return on
        if verb == "close" and not fields.has("effective_on"):
            return first_day_not_served(on, today_is_served=True)
        day = fields.day("effective_on", self._zone)
        if day < self._start_on:
            raise fields.wrong("effective_on", f"{day} lies before the start on {self._start_on}")
        return day

    def _new_lines(self, fields: Fields, verb: str) -> tuple[BillableLine, ...]:
        if verb == "add_item":
            return (self._line(fields),)
        if verb != "change_plan":
            return ()
        lines = self.items(fields)
        if not lines:
            raise fields.wrong("items", "is missing")
        return lines

    def _choice(self, fields: Fields) -> ItemChoice:
        price = fields.amount("price", self._currency) if fields.has("price") else None
        item = fields.raw("item")
        if item is not None and not isinstance(item, str):
            item = fields.whole("item", 0, MOST_ITEMS + MOST_ACTIONS)
        return ItemChoice(item, price)
