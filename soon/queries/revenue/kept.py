"""What became of customers of the start: of each month from sums kept with the movements, of any span from these themselves."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from soon.domain.exchange import RateTable
from soon.domain.revenue import NEW
from soon.models import Movement, RetentionTally


@dataclass
class Ends:
    """What customers of the start lost and gained until the end, by currency, and how many of them went.

    `mixed`: of customers who moved in several currencies, each one's net by currency, signed.
    """

    lost: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    gained: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    mixed: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    gone: int = 0

    def worth(self, rates: RateTable, month: datetime.date, unrated: Iterable[str]) -> tuple[Fraction, Fraction]:
        """Return what was lost and what gained at the rates of `month`; `unrated` currencies are left out."""
        factors = {currency: Fraction() for currency in unrated}
        named = {*self.lost, *self.gained, *(currency for nets in self.mixed.values() for currency in nets)}
        for currency in named - set(factors):
            factors[currency] = rates.of_month(currency, month) or Fraction()
        nets = [sum(factors[currency] * net for currency, net in each.items()) for each in self.mixed.values()]
        lost, gained = (sum(factors[key] * value for key, value in each.items()) for each in (self.lost, self.gained))
        return (
            Fraction(lost - sum(net for net in nets if net < 0)),
            Fraction(gained + sum(net for net in nets if net > 0)),
        )


def ends_by_month(first: datetime.date, last: datetime.date) -> Mapping[datetime.date, Ends]:
    """Return what became of customers within each month from `first` to `last` (their first days), in one query.

    Movements that lie ahead count as well: ask `ends_between` for the running month.
    """
    found: dict[datetime.date, Ends] = defaultdict(Ends)
    rows: QuerySet[Any] = RetentionTally.objects.filter(month_on__gte=first, month_on__lte=last).order_by()
    summed = rows.values("month_on", "currency", "customer").annotate(Sum("lost_micro"), Sum("gained_micro"), Sum("gone"))
    for month, currency, customer, lost, gained, gone in summed.values_list(
        "month_on", "currency", "customer", "lost_micro__sum", "gained_micro__sum", "gone__sum"
    ):
        ends = found[month]
        ends.gone += gone
        if customer is None:
            ends.lost[currency] += lost
            ends.gained[currency] += gained
        else:
            ends.mixed[customer][currency] = gained - lost
    return found


def ends_between(first: datetime.date, until: datetime.date, currencies: Sequence[str]) -> Ends:
    """Return what became, before the local date `until`, of those who were customers before `first`.

    One query for a company of one currency, two where there are more. Who had left before and came back is none of them.
    """
    within = Q(moved_on__gte=first, moved_on__lt=until, cohort_on__lt=first) & ~Q(kind=NEW)
    rows = _customers(Movement.objects.filter(within))
    if len(currencies) < 2:
        return _summed(rows, {currency: Q() for currency in currencies})
    told = rows.annotate(one=Min("currency"), other=Max("currency"))
    ends = _summed(told, {currency: Q(one=currency, other=currency) for currency in currencies})
    mixed = Movement.objects.filter(within, customer__in=told.exclude(one=F("other")).values("customer"))
    nets = mixed.order_by().values("customer", "currency").annotate(net=Sum("amount_micro"))
    for customer, currency, net in nets.values_list("customer", "currency", "net"):
        ends.mixed[customer][currency] = net
    return ends


def _customers(rows: "QuerySet[Movement]") -> "QuerySet[Any]":
    """Return a row for each customer of `rows` who was one at the start: whose first coming or going is a going, if any."""
    told = rows.order_by().values("customer").annotate(
        net=Sum("amount_micro"),
        held=Sum("customers"),
        back=Min("moved_on", filter=Q(customers=1)),
        away=Min("moved_on", filter=Q(customers=-1)),
    )  # fmt: skip
    return told.filter(Q(back=None) | Q(away__lt=F("back")))


def _summed(customers: "QuerySet[Any]", which: Mapping[str, Q]) -> Ends:
    sums: dict[str, Any] = {"gone": Count("customer", filter=Q(held=-1))}
    for currency, condition in which.items():
        sums[f"lost_{currency}"] = Sum("net", filter=condition & Q(net__lt=0), default=0)
        sums[f"gained_{currency}"] = Sum("net", filter=condition & Q(net__gt=0), default=0)
    found, ends = customers.aggregate(**sums), Ends()
    ends.gone = found["gone"]
    for currency in which:
        ends.lost[currency], ends.gained[currency] = -found[f"lost_{currency}"], found[f"gained_{currency}"]
    return ends
