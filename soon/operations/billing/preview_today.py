"""What billing everything that is due now would issue, unless that is more than somebody can wait for."""

import datetime
from dataclasses import dataclass, field

from soon.models import Order, Plan
from soon.queries.due import billable_days, count_due, latest_day

from .preview import RunPreview, Sum, preview

# What a page computes and issues within a few seconds.
MOST_ORDERS = 300
MOST_DOCUMENTS = 1500
# Who is further behind may have more documents due than anybody has counted yet.
LONGEST_BEHIND = datetime.timedelta(days=400)


@dataclass
class DuePreview:
    """What is due. Where it is too much, only the orders are counted; plans go by name, "" without one."""

    orders: int = 0
    is_too_much: bool = False
    documents: int = 0
    ending: int = 0
    refused: int = 0
    by_currency: dict[str, Sum] = field(default_factory=dict)
    by_plan: dict[tuple[str, str], Sum] = field(default_factory=dict)
    next_due_on: datetime.date | None = None

    @property
    def fingerprint(self) -> str:
        """A short text that changes with the figures."""
        sums = (f"{currency}:{each.documents}:{each.total_minor}" for currency, each in self.by_currency.items())
        return f"{self.orders}/{self.refused}/{self.ending}/{','.join(sums)}"


def preview_today(*, at: datetime.datetime) -> DuePreview:
    """Return what `run_today` at the moment `at` would do, each order by the local day of its own time zone."""
    days = billable_days(at)
    found = DuePreview(orders=sum(count_due(day, zones) for day, zones in days.items()))
    if not found.orders:
        found.next_due_on = _next_due_on(at)
    elif found.orders > MOST_ORDERS or _is_far_behind(at):
        found.is_too_much = True
    else:
        _sum_up(found, [preview(bills_until=day, time_zones=zones) for day, zones in days.items()])
        found.is_too_much = found.documents > MOST_DOCUMENTS
    return found


def _sum_up(found: DuePreview, parts: list[RunPreview]) -> None:
    names = {plan.pk: plan.name for plan in Plan.objects.all()}
    for part in parts:
        found.documents += part.documents
        found.ending += part.ending
        found.refused += part.refused
        for currency, each in part.by_currency.items():
            _add(found.by_currency.setdefault(currency, Sum()), each)
        for (plan, currency), each in part.by_plan.items():
            _add(found.by_plan.setdefault((names.get(plan or 0, ""), currency), Sum()), each)
    found.by_currency = dict(sorted(found.by_currency.items()))
    found.by_plan = dict(sorted(found.by_plan.items()))


def _add(total: Sum, each: Sum) -> None:
    total.documents += each.documents
    total.total_minor += each.total_minor


def _is_far_behind(at: datetime.datetime) -> bool:
    return Order.objects.due_on(latest_day(at) - LONGEST_BEHIND).not_set_aside().exists()


def _next_due_on(at: datetime.datetime) -> datetime.date | None:
    coming = Order.objects.due_on(datetime.date.max).not_set_aside().filter(next_invoice_on__gte=at.date())
    return coming.order_by("next_invoice_on", "pk").values_list("next_invoice_on", flat=True).first()
