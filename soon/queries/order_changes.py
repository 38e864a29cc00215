"""What can change about a running subscription, from which day on, and what it would then cost."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from soon.domain.agreements import CannotChange
from soon.domain.billing import DueDocument, next_document
from soon.domain.derivations import bill_line
from soon.domain.periods import DateOutOfRange
from soon.domain.pricing import LinePrice
from soon.domain.scheduled import boundary_after
from soon.models import Order, OrderChange, OrderLine, Plan, Price, tax_rule

from .upcoming import agreed


@dataclass(frozen=True)
class PlanOption:
    """Another plan that an order could change to, from the local date `starts_on`.

    `prices`: of each recurring line, in minor units; `recurring_minor`: what a whole period then costs, tax included.
    `first`: the first invoice from that day, whose period may be shorter where the plan's periods are longer ones.
    """

    plan: Plan
    starts_on: datetime.date
    prices: Mapping[int, int]
    recurring_minor: int
    first: DueDocument | None


def open_changes(order: Order) -> Sequence[OrderChange]:
    """Return the changes of `order` that wait for their day, the next first: one query."""
    return list(OrderChange.objects.open().filter(order=order).select_related("new_plan").order_by("takes_effect_on", "pk"))


def changes_that_closing_cancels(order: Order) -> Sequence[OrderChange]:
    """Return the changes of `order` that wait and will not be made once it is closed: all but the end of a running discount."""
    return [each for each in open_changes(order) if each.kind != OrderChange.Kind.DISCOUNT_ENDS]


def day_of_change(
    order: Order, lines: Sequence[OrderLine], today: datetime.date, waiting: Iterable[OrderChange] = ()
) -> datetime.date | None:
    """Return the first local date from which something about `order` can change, seen on `today`; None if it ends before.

    That is the first day of a period that has neither begun nor been billed, and not before a running discount has ended.
    """
    terms, billable = agreed(order, lines)
    try:
        day = boundary_after(terms, billable, today)
    except (CannotChange, DateOutOfRange):
        return None
    ends = [each.takes_effect_on for each in waiting if each.kind == OrderChange.Kind.DISCOUNT_ENDS]
    day = max([day, *ends])
    return day if order.ends_on is None or day < order.ends_on else None


def plan_options(
    order: Order,
    lines: Sequence[OrderLine],
    today: datetime.date,
    *,
    waiting: Iterable[OrderChange] = (),
    only: Plan | None = None,
) -> list[PlanOption]:
    """Return the plans that `order` with `lines` (tax fetched) could change to, in their order: those that have all its prices.

    `only`: ask about this plan alone.
    """
    starts_on = day_of_change(order, lines, today, waiting)
    recurring = [line for line in lines if line.is_recurring]
    if starts_on is None or not recurring:
        return []
    plans = Plan.objects.current().exclude(pk=order.plan_id or 0)
    prices = _prices(order, recurring)
    found = []
    for plan in plans.filter(pk=only.pk) if only else plans:
        listed = prices[plan.pk]
        if all(line.product_id in listed for line in recurring):
            of_lines = {line.pk: listed[line.product_id] for line in recurring}
            found.append(_option(order, recurring, plan, starts_on, of_lines))
    return found


def _prices(order: Order, lines: Sequence[OrderLine]) -> Mapping[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    listed = Price.objects.filter(product__in={line.product_id for line in lines}, currency=order.currency, plan__isnull=False)
    for plan, product, amount in listed.order_by().values_list("plan", "product", "amount_minor"):
        found[plan or 0][product] = amount
    return found


def _option(
    order: Order, lines: Sequence[OrderLine], plan: Plan, starts_on: datetime.date, prices: Mapping[int, int]
) -> PlanOption:
    then = Order(
        plan=plan, customer=order.customer, start_on=order.start_on, trial_days=order.trial_days, ends_on=order.ends_on
    )
    anew = [
        OrderLine(
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price_minor=prices[line.pk],
            discount_percent=line.discount_percent,
            tax=line.tax,
            billed_until=starts_on if order.first_paid_on and starts_on > order.first_paid_on else None,
        )
        for line in lines
    ]
    return PlanOption(plan, starts_on, prices, whole_period_minor(order, anew), next_document(*agreed(then, anew)))


def whole_period_minor(order: Order, lines: Iterable[OrderLine], *, percent: Decimal | None = None) -> int:
    """Return what a whole period of the recurring `lines` costs, tax included; with `percent` as their discount instead."""
    total = 0
    for line in lines:
        if line.is_recurring:
            discount = line.discount_percent if percent is None else percent
            rule = tax_rule(line.tax, is_exempt=order.customer.is_tax_exempt)
            billed = bill_line(LinePrice(line.unit_price_minor, line.quantity, discount), rule)
            total += billed.net_minor + billed.tax_minor
    return total
