"""Billing once more, the slow way: every day is lived through, with dates and fractions only and nothing of the project.

What `soon simulate` says must be what this says. It reads the same scenarios, which must be right; see `tests` for the rules.
"""

import calendar
import datetime
from dataclasses import dataclass, field
from fractions import Fraction

DAY = datetime.timedelta(days=1)
DIGITS = {"VND": 0, "USD": 2, "KWD": 3}


def date_of(text: str) -> datetime.date:
    """Return the day of an ISO text."""
    return datetime.date.fromisoformat(text)


def half_up(value: Fraction) -> int:
    """Return the nearest whole number, halves upwards; for values from 0."""
    return int(value + Fraction(1, 2))


@dataclass
class Item:
    """A line that is served; days from `cursor` on are not billed yet."""

    price: str
    quantity: str
    cursor: datetime.date


@dataclass
class Part:
    """Days of an item that were billed; those from `kept` on were given back."""

    name: str
    item: Item
    start: datetime.date
    end: datetime.date
    kept: datetime.date
    whole: tuple[datetime.date, datetime.date]


@dataclass
class DayByDay:
    """One scenario, day after day. `documents` and `periods` are those that the contract of `soon simulate` asks for."""

    scenario: dict
    items: dict[str, Item] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    documents: list[dict] = field(default_factory=list)
    revenue: dict[str, str] = field(default_factory=dict)
    state: str = "in_progress"
    paused: bool = False
    pending: tuple[datetime.date, dict] | None = None
    beginnings: list[datetime.date] = field(default_factory=list)

    def __post_init__(self) -> None:
        given = self.scenario
        self.start = date_of(given["start"])
        self.first = self.start + given.get("trial_days", 0) * DAY
        self.interval = given["interval"]
        self.advance = given["billing"] == "advance"
        ends = [date_of(action["effective_on"]) for action in given["actions"] if action["type"] == "end"]
        self.end = min(ends, default=datetime.date.max)
        for number, item in enumerate(given["items"]):
            self.items[f"first {number}"] = Item(item["price"], item["quantity"], self.first)

    def run(self) -> "DayByDay":
        """Live through all days up to the last one of the scenario."""
        today, last = self.start, date_of(self.scenario["until"])
        while today <= last:
            if self.state != "churned":
                self.live(today)
                if today == self.first or self.whole_of(today)[0] == today:
                    self.begin_period(today)
            self.count(today)
            today += DAY
        return self

    def begin_period(self, today: datetime.date) -> None:
        """Note that a period begins today."""
        if today >= self.first and today not in self.beginnings:
            self.beginnings.append(today)

    @property
    def periods(self) -> list[list[str]]:
        """All periods that began, cut where another interval or the end begins."""
        ends = [*self.beginnings[1:], self.whole_of(self.beginnings[-1])[1]] if self.beginnings else []
        pairs = [(start, min(end, self.end)) for start, end in zip(self.beginnings, ends, strict=True)]
        return [[start.isoformat(), end.isoformat()] for start, end in pairs if start < end]

    def live(self, today: datetime.date) -> None:
        """One day: the plan that waited for it, its billing, an end that has come, its actions."""
        actions = [one for one in self.scenario["actions"] if one.get("on") == today.isoformat()]
        told = [date_of(one["effective_on"]) for one in actions if one["type"] == "close"]
        end = min([self.end, *(day for day in told if day <= today)])
        if self.pending and self.pending[0] == today:
            if today < end:
                self.change_plan(self.pending[1], today)
            self.pending = None
        self.bill(today, end)
        if self.end <= today:
            self.settle_end(self.end, today)
        self.count(today)
        for action in actions:
            if self.state != "churned" and action["type"] != "end":
                self.act(action, today)
                self.count(today)

    def bill(self, today: datetime.date, end: datetime.date) -> None:
        """What is due today, cut at the end."""
        self.issue(today, [], [] if self.paused else self.due(self.items, today, end))

    def due(self, items: dict[str, Item], today: datetime.date, end: datetime.date) -> list[Part]:
        """Bill what is due of some items and move their cursors."""
        found = []
        for name, item in items.items():
            whole = self.whole_of(max(item.cursor, self.first))
            stop = min(whole[1], end)
            if item.cursor < stop and (item.cursor if self.advance else stop) <= today:
                found.append(Part(name, item, item.cursor, stop, stop, whole))
                item.cursor = stop
        self.parts += found
        return found

    def act(self, action: dict, today: datetime.date) -> None:
        """One action that somebody books today."""
        kind = action["type"]
        if kind == "close":
            end = date_of(action["effective_on"])
            if end <= today + DAY:
                self.settle_end(end, today)
            else:
                self.end = end
        elif kind == "change_plan" and action.get("at") == "next_period":
            self.pending = (self.first if today < self.first else self.whole_of(today)[1], action)
        elif kind == "change_plan":
            self.pending = None
            self.change_plan(action, today)
        elif kind == "add_item":
            self.exchange([], {action["id"]: Item(action["price"], action["quantity"], today)}, today)
        elif kind == "remove_item":
            self.exchange([list(self.items)[action["item"]]], {}, today)
        elif kind == "set_quantity":
            self.set_quantity(action, today)
        elif kind == "pause":
            self.exchange(list(self.items), {}, today, keep=True)
            self.state, self.paused = "paused", True
        else:
            self.state, self.paused = "in_progress", False
            self.exchange([], {name: Item(one.price, one.quantity, today) for name, one in self.items.items()}, today)

    def change_plan(self, action: dict, today: datetime.date) -> None:
        """All items make way for others."""
        new = {item["id"]: Item(item["price"], item["quantity"], today) for item in action["items"]}
        self.exchange(list(self.items), new, today, interval=action.get("interval"))

    def set_quantity(self, action: dict, today: datetime.date) -> None:
        """One item makes way for itself in another quantity, on its place."""
        name = list(self.items)[action["item"]]
        old = self.items[name]
        if Fraction(old.quantity) != Fraction(action["quantity"]):
            places = list(self.items)
            self.exchange([name], {name: Item(old.price, action["quantity"], today)}, today)
            self.items = {place: self.items[place] for place in places}

    def exchange(self, out: list[str], new: dict[str, Item], today: datetime.date, *, interval=None, keep=False) -> None:
        """Some items go and others come: the old days come back or are owed, the new ones are charged."""
        leaving = {name: self.items[name] for name in out}
        owed = [] if self.paused or self.advance else self.due(leaving, today, min(today, self.end))
        given = self.give_back([part for part in self.parts if part.name in leaving and part not in owed], today)
        if not keep:
            self.items = {name: item for name, item in self.items.items() if name not in out}
        if interval and interval != self.interval:
            self.interval = interval
            self.begin_period(today)
        for item in new.values():
            item.cursor = max(item.cursor, self.first)
        self.items |= new
        charged = [] if self.paused or not self.advance else self.due(new, today, self.end)
        self.issue(today, given, owed + charged)

    def settle_end(self, end: datetime.date, today: datetime.date) -> None:
        """The last money: what was billed beyond the end comes back, what is owed up to it is charged."""
        given = self.give_back(self.parts, end)
        owed = []
        while not self.paused and end > self.first and (some := self.due(self.items, max(today, end), end)):
            owed += some
        self.issue(today, given, owed)
        self.state, self.end = "churned", end

    def give_back(self, parts: list[Part], day: datetime.date) -> list[tuple[Part, datetime.date, datetime.date, int]]:
        """Return what of some parts comes back: the part, from, to, amount."""
        found = []
        for part in list(parts):
            start = max(day, part.start)
            if start < part.kept:
                amount = self.net(part, start, part.end) - self.net(part, part.kept, part.end)
                found.append((part, start, part.kept, amount))
                part.kept = start
        return found

    def issue(self, today: datetime.date, given: list, charged: list[Part]) -> None:
        """Write one document, two, or none."""
        back = [self.line(part, start, end, amount) for part, start, end, amount in given]
        back_tax = [
            self.tax(self.net(part, start, part.end)) - self.tax(self.net(part, end, part.end)) for part, start, end, _ in given
        ]
        new = [self.line(part, part.start, part.end, self.net(part, part.start, part.end)) for part in charged]
        new_tax = [self.tax(line["amount"]) for line in new]
        balance = sum(line["amount"] for line in new) + sum(new_tax) - sum(line["amount"] for line in back) - sum(back_tax)
        if back and new and balance >= 0:
            lines = [line | {"amount": -line["amount"]} for line in back] + new
            self.write(today, "invoice", lines, sum(new_tax) - sum(back_tax))
            return
        for kind, lines, taxes in (("credit_note", back, back_tax), ("invoice", new, new_tax)):
            if lines:
                self.write(today, kind, lines, sum(taxes))

    def write(self, today: datetime.date, kind: str, lines: list[dict], tax: int) -> None:
        """Add a document as the contract tells it."""
        net = sum(line["amount"] for line in lines)
        lines = [line | {"amount": self.text(line["amount"])} for line in lines]
        totals = {"net": self.text(net), "tax": self.text(tax), "gross": self.text(net + tax)}
        self.documents.append({"date": today.isoformat(), "kind": kind, "lines": lines} | totals)

    def line(self, part: Part, start: datetime.date, end: datetime.date, amount: int) -> dict:
        """Return a line as the contract tells it, with its amount in minor units."""
        return {
            "period": [start.isoformat(), end.isoformat()],
            "full_period": [day.isoformat() for day in part.whole],
            "factor": f"{(end - start).days}/{(part.whole[1] - part.whole[0]).days}",
            "price": part.item.price,
            "quantity": part.item.quantity,
            "amount": amount,
        }

    def net(self, part: Part, start: datetime.date, end: datetime.date) -> int:
        """Return what the days of a part cost, in minor units."""
        days = Fraction((end - start).days, (part.whole[1] - part.whole[0]).days)
        return half_up(self.minor(part.item) * days)

    def minor(self, item: Item) -> Fraction:
        """Return what an item costs for a whole period, in minor units and not rounded."""
        return Fraction(item.price) * Fraction(item.quantity) * 10 ** DIGITS[self.scenario["currency"]]

    def tax(self, net: int) -> int:
        """Return the tax on an amount."""
        return half_up(net * Fraction(self.scenario.get("tax_rate", "0")))

    def text(self, minor: int) -> str:
        """Write an amount with the digits of its currency."""
        digits = DIGITS[self.scenario["currency"]]
        whole, rest = divmod(abs(minor), 10**digits)
        return ("-" if minor < 0 else "") + (f"{whole}.{rest:0{digits}}" if digits else str(whole))

    def count(self, today: datetime.date) -> None:
        """Note the monthly revenue where it changes."""
        counts = self.first <= today < self.end and not self.paused
        months = {"month": 1, "year": 12, "week": Fraction(28, 1) / 4 / Fraction("30.4375"), "day": 1 / Fraction("30.4375")}
        net = sum(half_up(self.minor(item)) for item in self.items.values()) if counts else 0
        micro = half_up(net * Fraction(10**6) / (months[self.interval["unit"]] * self.interval["count"]))
        value = self.text(half_up(Fraction(micro, 10**6)))
        if value != next(reversed(self.revenue.values()), self.text(0)):
            self.revenue.pop(today.isoformat(), None)
            self.revenue[today.isoformat()] = value

    def whole_of(self, day: datetime.date) -> tuple[datetime.date, datetime.date]:
        """Return the whole period around a day, by looking at one boundary after the other."""
        number = 0
        while self.boundary(number) > day:
            number -= 1
        while self.boundary(number + 1) <= day:
            number += 1
        return self.boundary(number), self.boundary(number + 1)

    def boundary(self, number: int) -> datetime.date:
        """Return one boundary; number 0 is on or near the first paid day."""
        unit, count = self.interval["unit"], self.interval["count"]
        by_calendar = self.scenario["alignment"] == "calendar"
        if unit in ("day", "week"):
            origin = self.first - self.first.weekday() * DAY if by_calendar and unit == "week" else self.first
            return origin + number * count * DAY * (7 if unit == "week" else 1)
        length = count * (12 if unit == "year" else 1)
        month, day = self.first.month, self.first.day
        if by_calendar:
            day = self.scenario.get("anchor_day") or 1
            if "anchor_day" not in self.scenario and length in (1, 2, 3, 4, 6):
                month = month - (month - 1) % length
            elif "anchor_day" not in self.scenario and length % 12 == 0:
                month = 1
        years, month = divmod(month - 1 + number * length, 12)
        year = self.first.year + years
        return datetime.date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))
