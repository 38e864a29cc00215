"""What closing an order would come to, side by side for each day it may end: the same computation, with nothing written."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from soon.activity.actor import Actor
from soon.domain.closing_days import CHOSEN, EARLIEST, END_OF_PERIOD, TODAY, EarliestEnd
from soon.domain.closing_money import ClosingMoney
from soon.models import Closure, Order
from soon.operations.billing._read import Catalogue

from ._close import Planned, plan_day_and_money
from ._day import earliest, earliest_in_words, named_day
from ._facts import OrderFacts, facts_of
from ._preview_lines import PreviewLine, lines_of
from ._request import CannotClose, ClosingRequest

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClosingOption:
    """One day on which the order may end, with its money; or why it may not (`refusal`)."""

    day: str
    effective_on: datetime.date
    money: ClosingMoney | None = None
    is_scheduled: bool = False
    gives_back: bool = True
    ends_trial: bool = False
    fingerprint: str = ""
    refusal: str = ""
    note: str = ""
    lines: Sequence[PreviewLine] = field(default_factory=tuple)

    @property
    def last_day_on(self) -> datetime.date:
        """The last local date of service."""
        return self.effective_on - DAY


@dataclass(frozen=True, slots=True)
class ClosingPreview:
    """The days on which an order may end; `earliest_words` says why it ends no earlier ("" where it may end today).

    `is_never_served`: it ends before its first day.
    """

    options: Sequence[ClosingOption]
    is_never_served: bool
    earliest_words: str

    def option(self, day: str) -> ClosingOption | None:
        """Return that option, if it is one."""
        return next((option for option in self.options if option.day == day), None)


def preview(
    order: Order,
    *,
    actor: Actor,
    today: datetime.date,
    chosen_on: datetime.date | None = None,
    credit_policy: str = "",
    closure_type: str = Closure.Type.ORDINARY,
) -> ClosingPreview:
    """Return what closing `order` today, at the end of the paid period, and with `chosen_on` as last day would come to.

    `today` is the order's local date. A day that this actor may not choose says why; for a customer it is left out. Days on
    which the same happens are one option. Raises CannotClose for an order that cannot be closed at all.
    """
    catalogue = Catalogue()
    after = min(today, chosen_on or today)
    facts = facts_of([order.pk], catalogue, after=after)[order.pk]
    is_customer = actor.customer is not None
    found = earliest(order, facts, closure_type, today, for_customer=is_customer)
    waives = actor.user is not None and not is_customer and actor.user.may("waive_notice")
    options: list[ClosingOption] = []
    for day, effective_on in _days(order, facts, found, today, chosen_on):
        request = ClosingRequest(
            closure_type=closure_type, effective_on=effective_on, credit_policy=credit_policy, waives_notice=waives
        )
        try:
            planned = plan_day_and_money(order, request, facts, actor=actor, today=today)
        except CannotClose as refusal:
            if not order.is_serving or order.closure_id:
                raise
            if day == CHOSEN or not is_customer:
                options.append(ClosingOption(day, effective_on, refusal=str(refusal)))
            continue
        note = earliest_in_words(order, found) if effective_on < found.ends_on else ""
        options.append(_option(day, planned, catalogue, note))
    is_never_served = order.start_on is not None and found.ends_on <= order.start_on
    return ClosingPreview(options, is_never_served, earliest_in_words(order, found))


def _days(
    order: Order, facts: OrderFacts, found: EarliestEnd, today: datetime.date, chosen_on: datetime.date | None
) -> Iterable[tuple[str, datetime.date]]:
    seen: set[datetime.date] = set()
    ends = {day: named_day(order, facts, day, found, today) for day in (TODAY, EARLIEST, END_OF_PERIOD)}
    for day, ends_on in ends.items():
        # Days on which the same happens are one option; the end of the period says more than that it is the earliest.
        is_said_better = day == EARLIEST and ends_on == ends[END_OF_PERIOD]
        if ends_on and ends_on not in seen and not is_said_better:
            seen.add(ends_on)
            yield day, ends_on
    if chosen_on:
        # The last day of the calendar has no day after it; it is as far away as the one before.
        yield CHOSEN, min(chosen_on, datetime.date.max - DAY) + DAY


def _option(day: str, planned: Planned, catalogue: Catalogue, note: str) -> ClosingOption:
    return ClosingOption(
        day,
        planned.money.effective_on,
        money=planned.money,
        is_scheduled=not planned.takes_effect,
        gives_back=planned.credit_policy == "unused_days",
        ends_trial=bool(planned.order.trial_days) and planned.money.effective_on == planned.order.first_paid_on,
        fingerprint=planned.fingerprint,
        note=note,
        lines=tuple(lines_of(planned.order, planned.facts, planned.money, catalogue)),
    )
