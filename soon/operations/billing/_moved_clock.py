"""Living through a scenario with a moved clock, by the rules that bill, change, pause and close real subscriptions."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from soon.domain import changes, lifecycle
from soon.domain.agreements import CannotChange, Changed, Entry, bill
from soon.domain.billing import BillableLine
from soon.domain.closing import end_service, settle_close, settles_on
from soon.domain.errors import DomainError
from soon.domain.pausing import pause, resume
from soon.domain.periods import Interval
from soon.domain.revenue import agreement_mrr_micro, movement, whole_mrr_minor

from ._life import Issued, Life, RevenueStep, Stretch
from ._scenario import MOST_LINES, Action, Scenario
from ._scenario_fields import SenselessScenario

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PendingPlan:
    """A change of plan that waits for the first day of the next period."""

    on: datetime.date
    lines: tuple[BillableLine, ...]
    interval: Interval | None


def live(scenario: Scenario) -> Life:
    """Return what happens up to and including `scenario.until`; raise SenselessScenario for an action that cannot be."""
    clock = _MovedClock(scenario)
    while (day := clock.next_day()) is not None:
        clock.live_through(day)
    clock.bill(scenario.until)
    return clock.life


class _MovedClock:
    """Goes from one day on which something happens to the next. A day's billing comes before that day's actions."""

    def __init__(self, scenario: Scenario) -> None:
        self.life = Life(scenario.agreement)
        self._scenario = scenario
        self._fixed_end = scenario.agreement.terms.ends_on
        self._pending: PendingPlan | None = None
        self._last_day = self._billed_through = scenario.start_on - DAY
        self._line_count = 0
        self._verbs = {
            "close": self._close,
            "change_plan": self._change_plan,
            "add_item": self._add_item,
            "remove_item": self._remove_item,
            "set_quantity": self._set_quantity,
            "pause": self._pause,
            "resume": self._resume,
        }
        self._note_schedule(scenario.first_paid_on)

    def next_day(self) -> datetime.date | None:
        """Return the next day on which anything but billing happens; None when there is none up to the end."""
        days = [
            self._scenario.first_paid_on,
            self.life.agreement.terms.ends_on,
            self._pending.on if self._pending else None,
            *(action.on for action in self._scenario.actions),
        ]
        return min((day for day in days if day and self._last_day < day <= self._scenario.until), default=None)

    def live_through(self, day: datetime.date) -> None:
        """Let `day` happen: what was due before it, the plan that waited for it, its billing, its end, its actions."""
        self.bill(day - DAY)
        today = [action for action in self._scenario.actions if action.on == day]
        ends = [action.effective_on for action in today if action.type == "close" and action.effective_on <= day]
        self._begin_pending_plan(day, is_over=bool(ends))
        self.bill(day, ends)
        self._end_if_due(day)
        self._note_revenue(day)
        for action in today:
            self._act(action)
            self._note_revenue(day)
        self._last_day = day

    def bill(self, until: datetime.date, ends: Sequence[datetime.date] = ()) -> None:
        """Issue what is due up to and including `until`; nothing for a period that begins on or after one of `ends`."""
        if self.life.state == lifecycle.CHURNED:
            return
        agreement, terms = self.life.agreement, self.life.agreement.terms
        for ends_on in ends:
            agreement = end_service(agreement, ends_on)
        agreement, documents = bill(agreement, until)
        for document in documents:
            entries = tuple(Entry(charge, 1) for charge in document.charges)
            # An end that is told late makes a part due on a day that is over: it is billed today.
            on = max(document.due_on or until, self._billed_through + DAY)
            self._issue(Issued(on, False, entries, document.net_minor, document.tax_minor))
        self.life.agreement = replace(agreement, terms=terms)
        self._billed_through = max(self._billed_through, until - DAY if ends else until)

    def _act(self, action: Action) -> None:
        try:
            if self.life.state == lifecycle.CHURNED:
                raise CannotChange(f"the subscription ended on {self.life.agreement.terms.ends_on}")
            self._verbs[action.type](action)
        except DomainError as error:
            raise SenselessScenario(f"{action.path}: {error}") from error

    def _close(self, action: Action) -> None:
        # A later closing replaces the one that is only booked, but never a fixed end.
        terms = replace(self.life.agreement.terms, ends_on=self._fixed_end)
        self.life.agreement = replace(self.life.agreement, terms=terms)
        if settles_on(action.on, action.effective_on) == action.on:
            self._settle(settle_close(self.life.agreement, action.effective_on), action.on)
            self.life.state = lifecycle.CHURNED
        else:
            self.life.agreement = end_service(self.life.agreement, action.effective_on)

    def _end_if_due(self, day: datetime.date) -> None:
        ends_on = self.life.agreement.terms.ends_on
        if self.life.state != lifecycle.CHURNED and ends_on and ends_on <= day:
            self._settle(settle_close(self.life.agreement, ends_on), day)
            self.life.state = lifecycle.CHURNED

    def _change_plan(self, action: Action) -> None:
        on = changes.next_boundary(self.life.agreement, action.on) if action.at_next_period else action.on
        plan = PendingPlan(on, action.lines, action.interval)
        if action.at_next_period:
            self._pending = plan
        else:
            self._pending = None
            self._begin(plan)

    def _begin_pending_plan(self, day: datetime.date, *, is_over: bool) -> None:
        plan = self._pending
        if plan and plan.on == day:
            self._pending = None
            # A plan that would begin after the end never does.
            if not is_over and self.life.agreement.serves_on(day):
                self._begin(plan)

    def _begin(self, plan: PendingPlan) -> None:
        self._settle(changes.change_plan(self.life.agreement, plan.lines, plan.on, plan.interval), plan.on)
        self._note_schedule(plan.on)

    def _add_item(self, action: Action) -> None:
        self._settle(changes.add_item(self.life.agreement, action.lines[0], action.on), action.on)

    def _remove_item(self, action: Action) -> None:
        self._settle(changes.remove_item(self.life.agreement, self._chosen(action), action.on), action.on)

    def _set_quantity(self, action: Action) -> None:
        key = self._chosen(action)
        self._settle(changes.set_quantity(self.life.agreement, key, action.quantity, action.on), action.on)

    def _pause(self, action: Action) -> None:
        self._settle(pause(self.life.agreement, action.on), action.on)
        self.life.state = lifecycle.PAUSED

    def _resume(self, action: Action) -> None:
        self._settle(resume(self.life.agreement, action.on), action.on)
        self.life.state = lifecycle.IN_PROGRESS

    def _chosen(self, action: Action) -> object:
        """Return the key of the line that `action` means; the newest if it says nothing."""
        lines, choice = self.life.agreement.lines, action.choice
        if isinstance(choice.item, str):
            return choice.item
        if choice.item is not None:
            lines = lines[choice.item : choice.item + 1]
        if choice.price_minor is not None:
            lines = tuple(line for line in lines if line.price.unit_price_minor == choice.price_minor)
        if not lines:
            raise CannotChange("there is no such item")
        return lines[-1].key

    def _settle(self, changed: Changed, day: datetime.date) -> None:
        self.life.agreement = changed.agreement
        for document in changed.settlement.documents():
            self._issue(Issued(day, document.is_credit_note, document.entries, document.net_minor, document.tax_minor))

    def _issue(self, document: Issued) -> None:
        self._line_count += len(document.entries)
        if self._line_count > MOST_LINES:
            raise SenselessScenario(f"until: more than {MOST_LINES} lines up to {document.on}")
        self.life.documents.append(document)

    def _note_schedule(self, day: datetime.date) -> None:
        schedule = self.life.agreement.terms.schedule
        if schedule and (not self.life.stretches or self.life.stretches[-1].schedule != schedule):
            self.life.stretches.append(Stretch(schedule, day))

    def _note_revenue(self, day: datetime.date) -> None:
        steps = self.life.revenue
        before = steps[-1].value_minor if steps else 0
        after = whole_mrr_minor(agreement_mrr_micro(self.life.agreement, day))
        if after != before:
            has_ended = not self.life.agreement.serves_on(day)
            name = movement(before, after, counted_ever=bool(steps), has_ended=has_ended)
            steps.append(RevenueStep(day, after, name, after - before))
