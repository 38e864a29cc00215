"""The forecast: what is booked for the running month and the twelve after it, of the orders that the reader may see."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from soon.domain import lifecycle
from soon.domain.exchange import RateTable
from soon.domain.forecast import Step, last_day_ahead, levels, months_ahead, moved_by_month
from soon.models import ForecastPart, Movement, Order, OrderTally

from .booked import Part, booked
from .months import MonthlyRevenue, monthly_revenue, rates_of
from .scope import NARROWED_BY, Scope
from .stages import goes_on_on, pauses_ending

# Of so many running orders everything is counted at once; of more the worker counts now and then.
AT_ONCE = 2_000

# A currency and what moves in it.
_Moved = tuple[str, Step]


@dataclass(frozen=True)
class ForecastMonth:
    """A month that `begins`: MRR when it ends in millionths, and what will be invoiced in it in minor units, net of tax.

    `ending_micro`: what ends in it, as booked; `other_micro`: what begins, changes or goes on after a pause; both signed.
    `invoiced_minor` is None where that has not been counted yet.
    """

    begins: datetime.date
    ending_micro: Fraction
    other_micro: Fraction
    mrr_micro: Fraction
    invoiced_minor: Fraction | None


@dataclass(frozen=True)
class Forecast:
    """The months ahead in the currency `shown_in`; `now_micro` is the MRR of today.

    `counted_at`: the moment at which the worker counted what will be invoiced (None: this moment). `unrated`: currencies left
    out because nobody knows their rate.
    """

    now_micro: Fraction
    months: Sequence[ForecastMonth]
    shown_in: str
    counted_at: datetime.datetime | None
    unrated: Sequence[str]

    @property
    def knows_invoicing(self) -> bool:
        """Whether what will be invoiced has been counted."""
        return all(month.invoiced_minor is not None for month in self.months)


def forecast(scope: Scope, revenue: MonthlyRevenue | None = None) -> Forecast:
    """Return the forecast as of the day of `scope`, for its currency and reader; its months and what is sold do not matter.

    `revenue`: months up to the running one, where the caller has them already; otherwise they are asked for.
    """
    today = scope.today
    running = today.replace(day=1)
    scope = replace(scope.without(*NARROWED_BY), first=running, last=running, period="")
    revenue = revenue or monthly_revenue(scope)
    parts, counted_at, is_counted = _parts(scope)
    later = list(_booked_movements(scope))
    closing = [*_end(scope), *((currency, step) for currency, step in later if step.amount_micro < 0)]
    others = [*_go_on(scope), *((currency, step) for currency, step in later if step.amount_micro > 0)]
    others += [(part.currency, Step(part.month_on, part.changes_micro)) for part in parts]
    worth = _Worth(
        scope,
        revenue.course.unrated,
        {*revenue.currencies, *(part.currency for part in parts), *(each for each, _ in [*closing, *others])},
    )
    ending, other = (moved_by_month(worth.steps(steps), today) for steps in (closing, others))
    now = revenue.course.months[-1].closing
    mrr = levels(now, [ends + rest for ends, rest in zip(ending, other, strict=True)])
    invoiced: dict[datetime.date, Fraction] = defaultdict(Fraction)
    for part in parts:
        invoiced[part.month_on] += part.invoiced_minor * worth.of(part.currency)
    months = [
        ForecastMonth(*row, invoiced[row[0]] if is_counted else None)
        for row in zip(months_ahead(today), ending, other, mrr, strict=True)
    ]
    return Forecast(now, months, scope.shown_in, counted_at, sorted(worth.unknown))


def is_counted_at_once() -> bool:
    """Return whether there are so few running orders that a forecast counts everything itself."""
    running = OrderTally.objects.filter(state__in=lifecycle.SERVING).aggregate(orders=Sum("orders"))["orders"]
    return (running or 0) <= AT_ONCE


class _Worth:
    """What currencies are worth today in the one that is shown; nothing where nobody knows, or which revenue leaves out."""

    def __init__(self, scope: Scope, left_out: Collection[str], currencies: Iterable[str]) -> None:
        self._scope, self._left_out = scope, left_out
        self._rates: RateTable = rates_of(scope, sorted(currencies))
        self.unknown = set[str]()

    def steps(self, steps: Iterable[_Moved]) -> list[Step]:
        """Return `steps` in the shown currency."""
        return [Step(step.on, step.amount_micro * self.of(currency)) for currency, step in steps]

    def of(self, currency: str) -> Fraction:
        """Return how many minor units of the shown currency a minor unit of `currency` is."""
        if self._scope.currency not in ("", currency):
            return Fraction()
        factor = None if currency in self._left_out else self._rates.of_month(currency, self._scope.last)
        if factor is None:
            self.unknown.add(currency)
        return factor or Fraction()


def _parts(scope: Scope) -> tuple[Sequence[Part], datetime.datetime | None, bool]:
    """Return what is booked, when the worker counted it (None: just now), and whether it is known at all."""
    if is_counted_at_once():
        found = [part for part in booked(scope.today) if scope.own_of in (None, part.salesperson)]
        return found, None, True
    kept = ForecastPart.objects.all()
    counted = kept.order_by("pk").values_list("counted_at", "counted_on").first()
    if counted is None or counted[1] < scope.last:
        return [], None, False
    rows = (
        scope.narrowed(kept).values_list("month_on", "currency").annotate(net=Sum("invoiced_minor"), moved=Sum("changes_micro"))
    )
    return [Part(month_on, currency, None, net, moved) for month_on, currency, net, moved in rows], counted[0], True


def _booked_movements(scope: Scope) -> Iterator[_Moved]:
    """Yield what begins later, and what was closed with a day that lies ahead: their movements are there already."""
    rows = scope.narrowed(Movement.objects.filter(moved_on__gt=scope.today, moved_on__lte=last_day_ahead(scope.today)))
    grouped = rows.annotate(month_on=TruncMonth("moved_on")).values_list("month_on", "currency")
    signed = [Sum("amount_micro", filter=condition) for condition in (Q(amount_micro__gt=0), Q(amount_micro__lt=0))]
    for month_on, currency, *amounts in grouped.annotate(gained=signed[0], lost=signed[1]):
        yield from ((currency, Step(month_on, amount)) for amount in amounts if amount)


def _end(scope: Scope) -> Iterator[_Moved]:
    """Yield what is lost with scheduled closings and the ends of fixed terms."""
    rows = scope.narrowed(Order.objects.filter(state=lifecycle.IN_PROGRESS, ends_on__lte=last_day_ahead(scope.today)))
    grouped = rows.annotate(month_on=TruncMonth("ends_on")).values_list("month_on", "currency")
    for month_on, currency, amount in grouped.annotate(amount=Sum("mrr_micro")):
        yield currency, Step(month_on, -amount)


def _go_on(scope: Scope) -> Iterator[_Moved]:
    """Yield what comes back when pauses end, up to the end of the subscription."""
    orders = scope.narrowed(Order.objects.filter(state=lifecycle.PAUSED))
    rows = pauses_ending(scope.today).filter(order__in=orders)
    fields = ("resumes_on", "notice_sent_on", "order__start_on", "order__trial_days", "order__ends_on", "order__currency")
    for resumes_on, told_on, start_on, trial_days, ends_on, currency, micro in rows.values_list(*fields, "order__mrr_micro"):
        on = max(goes_on_on(resumes_on, told_on, scope.today), start_on + datetime.timedelta(days=trial_days))
        if ends_on is None or on < ends_on:
            yield currency, Step(on, micro)
            if ends_on:
                yield currency, Step(ends_on, -micro)
