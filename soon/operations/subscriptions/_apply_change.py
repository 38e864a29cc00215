"""Letting a change that was scheduled take effect: the order's plan, the terms of its lines, and what it earns."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from soon import formatting
from soon.activity.actor import Actor
from soon.activity.facts import name_fact
from soon.activity.record import record
from soon.domain.earning import shared_out
from soon.models import Order, OrderChange, OrderLine
from soon.operations.movements.rebook import rebook
from soon.operations.order_sums import SUMS, add_up, weigh

TOLD = {
    OrderChange.Kind.PLAN: "plan_changed",
    OrderChange.Kind.DISCOUNT: "discount_began",
    OrderChange.Kind.DISCOUNT_ENDS: "discount_ended",
}


def apply_changes(changes: Sequence[OrderChange], *, actor: Actor, at: datetime.datetime) -> None:
    """Let `changes`, in the order of their days, take effect on their orders, which the caller holds locked.

    Everything before their days has been billed, and the day of the next invoice is the caller's to write.
    """
    for change in changes:
        _apply(change, actor, at)
    if changes:
        rebook({change.order_id for change in changes})


def _apply(change: OrderChange, actor: Actor, at: datetime.datetime) -> None:
    order = Order.objects.select_related("customer", "plan").get(pk=change.order_id)
    lines = list(order.lines.select_related("tax"))
    change.plan_before, change.mrr_before = order.plan, earned_by_product(order, lines)
    terms_of_change(change, order, lines)
    OrderLine.objects.bulk_update(lines, ["unit_price_minor", "discount_percent", "net_minor", "tax_minor"])
    order.save(update_fields=["plan", *SUMS])
    change.applied_at, change.mrr_after = at, earned_by_product(order, lines)
    change.save(update_fields=["applied_at", "plan_before", "mrr_before", "mrr_after"])
    facts = {
        "takes_effect_on": change.takes_effect_on.isoformat(),
        "plan": name_fact(change.new_plan),
        "percent": percent_fact(change.discount_percent),
    }
    record(TOLD[OrderChange.Kind(change.kind)], customer=order.customer, order=order, actor=actor, at=at, facts=facts)


def terms_of_change(change: OrderChange, order: Order, lines: Sequence[OrderLine]) -> None:
    """Set plan, prices, discounts and sums of `order` and `lines` as `change` has it; nothing is stored. Raises TooLarge."""
    if change.new_plan:
        order.plan = change.new_plan
    for line in lines:
        after = change.lines_after.get(str(line.pk))
        if after:
            line.unit_price_minor = after.get("unit_price_minor", line.unit_price_minor)
            line.discount_percent = Decimal(after.get("discount_percent", line.discount_percent))
            weigh(line, is_exempt=order.customer.is_tax_exempt)
    add_up(order, lines)


def earned_by_product(order: Order, lines: Sequence[OrderLine]) -> dict[str, int]:
    """Return what `order` earns a month by product, in millionths of the minor unit, as the movements share it out."""
    nets: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.is_recurring:
            nets[line.product_id] += line.net_minor
    return {str(product): micro for product, micro in shared_out(order.mrr_micro, nets).items()}


def percent_fact(percent: Decimal | None) -> dict[str, str]:
    """Return a discount as chatter entries keep it, as it is written in either language."""
    return {language: formatting.percent(percent, language) for language in ("vi", "en")}
