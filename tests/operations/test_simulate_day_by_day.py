"""Random lives of subscriptions: what `soon simulate` says is what living through every day says."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from soon.operations.billing.simulate import simulate
from tests.operations.day_by_day import DIGITS, DayByDay

DAY = datetime.timedelta(days=1)
INTERVALS = [
    ("month", 1),
    ("month", 1),
    ("month", 3),
    ("year", 1),
    ("week", 1),
    ("week", 2),
    ("month", 5),
    ("day", 10),
    ("year", 2),
]
CHANGES = ["change_plan", "next_plan", "add_item", "remove_item", "set_quantity", "pause", "resume"]


def an_interval(draw) -> dict:
    unit, count = draw(st.sampled_from(INTERVALS))
    return {"unit": unit, "count": count}


def an_item(draw, currency: str) -> dict:
    digits = DIGITS[currency]
    minor = draw(st.integers(0, 10**6) | st.sampled_from([1, 100, 3100, 10**9]))
    whole, rest = divmod(minor, 10**digits)
    price = f"{whole}.{rest:0{digits}}" if digits else str(whole)
    return {"price": price, "quantity": draw(st.sampled_from(["1", "2", "0.5", "7", "1.25"]))}


class Story:
    """Draws actions that make sense one after the other."""

    def __init__(self, draw, scenario: dict) -> None:
        self.draw, self.scenario = draw, scenario
        self.count, self.paused, self.names = len(scenario["items"]), False, 0
        self.pending = False

    def named_item(self) -> dict:
        self.names += 1
        return an_item(self.draw, self.scenario["currency"]) | {"id": f"later {self.names}"}

    def action(self, on: datetime.date) -> dict | None:
        kind = self.draw(st.sampled_from(CHANGES))
        # Which items there are once a plan that waits has begun, nobody tells the story yet.
        if kind in ("remove_item", "set_quantity", "next_plan") and self.pending:
            return None
        if (kind == "resume") != self.paused and kind in ("pause", "resume"):
            return None
        if kind == "remove_item" and self.count == 1:
            return None
        return {"on": on.isoformat()} | getattr(self, kind)()

    def change_plan(self, **more) -> dict:
        items = [self.named_item() for _ in range(self.draw(st.integers(1, 2)))]
        self.count, self.pending = len(items), "at" in more
        interval = {"interval": an_interval(self.draw)} if self.draw(st.booleans()) else {}
        return {"type": "change_plan", "items": items} | interval | more

    def next_plan(self) -> dict:
        return self.change_plan(at="next_period")

    def add_item(self) -> dict:
        self.count += 1
        return {"type": "add_item"} | self.named_item()

    def remove_item(self) -> dict:
        self.count -= 1
        return {"type": "remove_item", "item": self.draw(st.integers(0, self.count))}

    def set_quantity(self) -> dict:
        quantity = self.draw(st.sampled_from(["1", "2", "3.5"]))
        return {"type": "set_quantity", "item": self.draw(st.integers(0, self.count - 1)), "quantity": quantity}

    def pause(self) -> dict:
        self.paused = True
        return {"type": "pause"}

    def resume(self) -> dict:
        self.paused = False
        return {"type": "resume"}


@st.composite
def scenarios(draw) -> dict:
    start = draw(st.dates(datetime.date(2023, 11, 28), datetime.date(2024, 3, 2)))
    currency = draw(st.sampled_from(sorted(DIGITS)))
    scenario = {
        "interval": an_interval(draw),
        "alignment": draw(st.sampled_from(["anniversary", "calendar"])),
        "billing": draw(st.sampled_from(["advance", "arrears"])),
        "timezone": "Asia/Ho_Chi_Minh",
        "start": start.isoformat(),
        "currency": currency,
        "items": [an_item(draw, currency) for _ in range(draw(st.integers(1, 2)))],
        "tax_rate": draw(st.sampled_from(["0", "0.10", "0.085"])),
        "trial_days": draw(st.sampled_from([0, 0, 0, 7, 45])),
        "actions": [],
    }
    if scenario["alignment"] == "calendar" and draw(st.booleans()):
        scenario["anchor_day"] = draw(st.sampled_from([1, 15, 29, 30, 31]))
    length = draw(st.integers(0, 150))
    last = start + length * DAY
    ends_on = start + draw(st.integers(1, 200)) * DAY if draw(st.booleans()) else None
    if ends_on and draw(st.booleans()):
        scenario["actions"].append({"type": "end", "effective_on": ends_on.isoformat()})
        last = min(last, ends_on - DAY)
        ends_on = None
    story = Story(draw, scenario)
    days = sorted(draw(st.lists(st.integers(0, (last - start).days), max_size=5)))
    scenario["actions"] += [action for day in days if (action := story.action(start + day * DAY))]
    if ends_on:
        effective = max(start, last + draw(st.sampled_from([-40, -8, -1, 0, 1, 2, 9, 40])) * DAY)
        scenario["actions"].append({"type": "close", "on": last.isoformat(), "effective_on": effective.isoformat()})
    scenario["until"] = (last + draw(st.integers(0, 90)) * DAY).isoformat()
    return scenario


@given(scenarios())
@settings(max_examples=400, deadline=None)
def test_what_is_simulated_is_what_living_day_by_day_gives(scenario):
    told, lived = simulate(scenario), DayByDay(scenario).run()
    assert "error" not in told, told
    assert told["documents"] == lived.documents
    assert told["periods"] == lived.periods
    assert told["state"] == lived.state
    assert {step["on"]: step["value"] for step in told["mrr"]} == lived.revenue
