"""What is booked for the months ahead, of all orders: what will be invoiced, and what agreed changes add to the revenue.

Lines that share plan, days and end are billed on the same days, so that the rules (domain/billing.py) are asked once for all
of them; only where a period is cut does it matter what each costs. Orders whose terms are to change are looked at one by one.
"""

import datetime
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from soon.domain import lifecycle
from soon.domain.billing import DuePeriod
from soon.domain.derivations import bill_line
from soon.domain.forecast import last_day_ahead, month_of_invoice, open_periods, periods_ahead
from soon.domain.periods import Schedule
from soon.domain.pricing import LinePrice
from soon.models import OrderChange, OrderLine, Plan, Tax, tax_rule

from .stages import staged_orders

# Month, currency and salesperson.
Place = tuple[datetime.date, str, int | None]


class Part(NamedTuple):
    """What is booked for a month in one currency, of one salesperson's orders: minor units net of tax, and millionths."""

    month_on: datetime.date
    currency: str
    salesperson: int | None
    invoiced_minor: int
    changes_micro: int


class _Days(NamedTuple):
    """What decides on which days a line is billed."""

    plan: int
    start_on: datetime.date
    trial_days: int
    ends_on: datetime.date | None
    billed_until: datetime.date | None


class _Answer(NamedTuple):
    """How many whole periods are invoiced in each month, and the periods that are cut."""

    whole: Mapping[datetime.date, int]
    cut: Sequence[DuePeriod]


_DAYS = ("order__plan", "order__start_on", "order__trial_days", "order__ends_on", "billed_until")
_WHOSE = ("order__currency", "order__salesperson")
_PRICE = ("unit_price_minor", "quantity", "discount_percent", "tax", "order__customer__is_tax_exempt")


def booked(today: datetime.date) -> list[Part]:
    """Return what is booked for each of `months_ahead` of the local date `today`, in a number of queries that is fixed."""
    invoiced, changes = Counter[Place](), Counter[Place]()
    calendar = _Calendar(today)
    for *days, currency, salesperson, net in _recurring().values_list(*_DAYS, *_WHOSE).annotate(net=Sum("net_minor")):
        for month_on, count in calendar.whole(_Days(*days)).items():
            invoiced[month_on, currency, salesperson] += count * net
    _add_cut(invoiced, calendar, today)
    for currency, salesperson, due_on, net in _once():
        if due_on <= last_day_ahead(today):
            invoiced[month_of_invoice(due_on, today), currency, salesperson] += net
    for order in staged_orders(today):
        for document in order.documents:
            invoiced[month_of_invoice(document.due_on, today), order.currency, order.salesperson] += document.net_minor
        for step in order.changes:
            changes[month_of_invoice(step.on, today), order.currency, order.salesperson] += int(step.amount_micro)
    return [Part(*place, invoiced[place], changes[place]) for place in sorted(invoiced.keys() | changes.keys(), key=str)]


class _Calendar:
    """Which periods are billed in which month; lines of one rhythm and the same days share the answer."""

    def __init__(self, today: datetime.date) -> None:
        self._today, self._until = today, last_day_ahead(today)
        self._plans = {plan.pk: plan for plan in Plan.objects.all()}
        self._schedules: dict[tuple[int, datetime.date], Schedule] = {}
        self._endless: dict[Hashable, Sequence[DuePeriod]] = {}
        self._answers: dict[Hashable, _Answer] = {}
        self._asked: dict[_Days, _Answer] = {}

    def whole(self, days: _Days) -> Mapping[datetime.date, int]:
        """Return how many whole periods are invoiced in each month."""
        if days not in self._asked:
            self._asked[days] = self._answer(days)
        return self._asked[days].whole

    def cut(self, days: _Days) -> Sequence[DuePeriod]:
        """Return the periods that are cut at their start or end, of days that were asked for."""
        return self._asked[days].cut

    def with_cuts(self) -> list[_Days]:
        """Return the days that were asked for and cut a period."""
        return [days for days, answer in self._asked.items() if answer.cut]

    def is_in_arrears(self, days: _Days) -> bool:
        """Return whether a period is billed after it was served."""
        return self._plans[days.plan].in_arrears

    def _answer(self, days: _Days) -> _Answer:
        rhythm, schedule = self._rhythm_of(days)
        asked = (*rhythm, days.ends_on)
        if asked not in self._answers:
            in_arrears = self.is_in_arrears(days)
            if rhythm not in self._endless:
                self._endless[rhythm] = open_periods(schedule, days.billed_until, self._until, in_arrears=in_arrears)
            ahead = periods_ahead(self._endless[rhythm], days.ends_on, self._until, in_arrears=in_arrears)
            self._answers[asked] = self._told(ahead)
        return self._answers[asked]

    def _rhythm_of(self, days: _Days) -> tuple[tuple[Hashable, ...], Schedule]:
        """Return what the periods to come follow from, an end aside: once the first is billed, only the rhythm."""
        first_paid_on = days.start_on + datetime.timedelta(days=days.trial_days)
        key = days.plan, first_paid_on
        if key not in self._schedules:
            self._schedules[key] = self._plans[days.plan].schedule_from(first_paid_on)
        schedule = self._schedules[key]
        has_begun = days.billed_until is not None and days.billed_until > first_paid_on
        return (days.plan, days.billed_until, schedule.rhythm if has_begun else first_paid_on), schedule

    def _told(self, ahead: Iterable[DuePeriod]) -> _Answer:
        whole, cut = dict[datetime.date, int](), list[DuePeriod]()
        for each in ahead:
            if each.period.is_whole:
                month_on = month_of_invoice(each.due_on, self._today)
                whole[month_on] = whole.get(month_on, 0) + 1
            else:
                cut.append(each)
        return _Answer(whole, cut)


def _add_cut(invoiced: Counter[Place], calendar: _Calendar, today: datetime.date) -> None:
    """Add the periods that are cut, each line by its own price: its days are rounded for itself."""
    cut = set(calendar.with_cuts())
    if not cut:
        return
    taxes = {tax.pk: tax for tax in Tax.objects.all()}
    ends = {days.ends_on for days in cut}
    likely = Q(order__start_on__in={days.start_on for days in cut}, order__plan__in={days.plan for days in cut})
    likely &= Q(order__ends_on__in=ends - {None}) | (Q(order__ends_on=None) if None in ends else Q(pk__in=()))
    rows = _recurring().filter(likely).values_list(*_DAYS, *_WHOSE, *_PRICE).annotate(lines=Count("pk"))
    for *values, currency, salesperson, price, quantity, discount, tax, is_exempt, count in rows.iterator(2_000):
        days = _Days(*values)
        if days not in cut:
            continue
        asked = LinePrice(price, quantity, discount), tax_rule(taxes.get(tax), is_exempt=is_exempt)
        for each in calendar.cut(days):
            net = bill_line(*asked, each.period, in_arrears=calendar.is_in_arrears(days)).net_minor
            invoiced[month_of_invoice(each.due_on, today), currency, salesperson] += count * net


def _recurring() -> QuerySet[OrderLine]:
    """Return the recurring lines that are billed, of orders whose terms stay."""
    billed = OrderLine.objects.filter(
        is_recurring=True, order__state=lifecycle.IN_PROGRESS, order__plan__isnull=False, order__start_on__isnull=False
    )
    return billed.filter(_stays()).order_by()


def _once() -> Iterator[tuple[Any, ...]]:
    """Yield what was sold once and is not billed yet, with the day of the next invoice of its order."""
    rows = OrderLine.objects.filter(is_recurring=False, billed_until=None, order__state=lifecycle.IN_PROGRESS)
    rows = rows.filter(_stays(), order__next_invoice_on__isnull=False).order_by()
    yield from rows.values_list(*_WHOSE, "order__next_invoice_on").annotate(net=Sum("net_minor"))


def _stays() -> Any:
    return ~Exists(OrderChange.objects.open().filter(order=OuterRef("order")))
