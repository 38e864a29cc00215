"""Orders whose terms are to change on days that are booked: pauses that end, other plans, discounts and their ends."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import F, QuerySet

from soon.domain import lifecycle
from soon.domain.billing import BillableLine, DueDocument, Terms
from soon.domain.derivations import bill_line
from soon.domain.forecast import Stage, Step, documents_of, last_day_ahead
from soon.domain.pausing import goes_on_after_notice
from soon.domain.revenue import mrr_micro
from soon.models import Order, OrderChange, OrderLine, Pause
from soon.models.bulk import any_of
from soon.queries.upcoming import agreed


@dataclass(frozen=True)
class StagedOrder:
    """What an order will be invoiced, and how its changes (not its pauses, nor its end) move what it earns a month."""

    currency: str
    salesperson: int | None
    documents: Sequence[DueDocument]
    changes: Sequence[Step]


def pauses_ending(today: datetime.date) -> QuerySet[Pause]:
    """Return the pauses that orders are in and that end by the last day of a forecast made `today`."""
    still = {"resumed_on": None, "order__state": lifecycle.PAUSED, "order__times_reopened": F("reopening")}
    return Pause.objects.filter(resumes_on__lte=last_day_ahead(today), **still).order_by()


def goes_on_on(resumes_on: datetime.date, told_on: datetime.date | None, today: datetime.date) -> datetime.date:
    """Return the day on which an order goes on that is to on `resumes_on`; whoever was not told yet is told `today`."""
    return max(today, goes_on_after_notice(resumes_on, told_on or today))


def staged_orders(today: datetime.date) -> Iterator[StagedOrder]:
    """Yield the orders that change or go on by the last day of a forecast made `today`: four queries."""
    changes: dict[int, list[OrderChange]] = defaultdict(list)
    for change in OrderChange.objects.open().select_related("new_plan").order_by("takes_effect_on", "pk"):
        changes[change.order_id].append(change)
    told = pauses_ending(today).values_list("order", "resumes_on", "notice_sent_on")
    resumed = {order: goes_on_on(on, told_on, today) for order, on, told_on in told if on}
    orders = _orders(sorted(changes.keys() | resumed.keys()))
    for order, lines in orders:
        if order.state == lifecycle.IN_PROGRESS or order.pk in resumed:
            yield _staged(order, lines, changes[order.pk], resumed.get(order.pk), today)


def _orders(keys: Sequence[int]) -> list[tuple[Order, list[OrderLine]]]:
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=any_of(keys)).select_related("tax").order_by("order", "position", "pk"):
        lines[line.order_id].append(line)
    orders = Order.objects.filter(pk__in=any_of(keys), plan__isnull=False, start_on__isnull=False)
    return [(order, lines[order.pk]) for order in orders.select_related("plan", "customer").order_by("pk")]


def _staged(
    order: Order,
    lines: Sequence[OrderLine],
    changes: Sequence[OrderChange],
    resumes_on: datetime.date | None,
    today: datetime.date,
) -> StagedOrder:
    changes = [change for change in changes if not order.ends_on or change.takes_effect_on < order.ends_on]
    terms, billable = agreed(order, lines)
    stages = [Stage(None, terms, _billed_from(billable, terms, resumes_on) if resumes_on else billable)]
    steps, earned = list[Step](), order.mrr_micro
    for change in changes:
        terms, billable = _changed(order, lines, stages[-1], change)
        stages.append(Stage(change.takes_effect_on, terms, billable))
        earned, before = _earned(terms, billable), earned
        steps.append(Step(max(change.takes_effect_on, resumes_on or today, today), earned - before))
    if order.ends_on:
        steps.append(Step(order.ends_on, order.mrr_micro - earned))
    is_over = bool(resumes_on and order.ends_on and order.ends_on <= resumes_on)
    last_on = last_day_ahead(today)
    documents = [] if is_over else [each for each in documents_of(stages, last_on) if each.due_on]
    return StagedOrder(
        order.currency, order.salesperson_id, documents, [step for step in steps if step.on <= last_on and not is_over]
    )


def _billed_from(lines: Sequence[BillableLine], terms: Terms, on: datetime.date) -> list[BillableLine]:
    """Return the lines of an order that goes on `on`: the days before are never billed."""
    begins_on = terms.schedule.start_on if terms.schedule else on
    first = {line.key: max(line.billed_until or begins_on, on) for line in lines}
    return [
        replace(line, billed_until=first[line.key] if first[line.key] > begins_on else None) if line.is_recurring else line
        for line in lines
    ]


def _changed(order: Order, rows: Sequence[OrderLine], before: Stage, change: OrderChange) -> tuple[Terms, list[BillableLine]]:
    """Return how an order is billed once `change` took effect; its lines are called by their places, as before."""
    terms = before.terms
    if change.new_plan:
        planned = copy(order)
        planned.plan = change.new_plan
        terms = agreed(planned, ())[0]
    lines = []
    for row, line in zip(rows, before.lines, strict=True):
        after: Mapping[str, str | int] = change.lines_after.get(str(row.pk), {})
        price = replace(
            line.price,
            unit_price_minor=int(after.get("unit_price_minor", line.price.unit_price_minor)),
            discount_percent=Decimal(after.get("discount_percent", line.price.discount_percent)),
        )
        lines.append(replace(line, price=price))
    return terms, lines


def _earned(terms: Terms, lines: Sequence[BillableLine]) -> int:
    net = sum(bill_line(line.price, line.tax).net_minor for line in lines if line.is_recurring)
    return mrr_micro(net, terms.schedule.interval) if terms.schedule else 0
