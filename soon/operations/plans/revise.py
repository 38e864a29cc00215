"""Changing a recurring plan."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Order, Plan
from soon.operations.prices import PriceRow, store_prices
from soon.operations.refusal import Refusal

from .details import PlanDetails

# What decides which days a subscription is billed for, and when.
BILLING = ("interval_count", "interval_unit", "alignment", "anchor_day", "in_arrears")


class CannotRevisePlan(Refusal):
    """The plan cannot be changed so."""


@transaction.atomic
def revise(plan: Plan, *, details: PlanDetails) -> Plan:
    """Give the plan the values and prices of `details`; orders keep the prices they were made with.

    Raises CannotRevisePlan where that would change how existing orders are billed, CannotPrice for a price given twice.
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    is_billed_otherwise = any(getattr(plan, name) != getattr(details, name) for name in BILLING)
    if is_billed_otherwise and Order.objects.filter(plan=plan).exists():
        raise CannotRevisePlan(
            _(
                "Orders already use this plan, so its billing period and alignment stay as they are. "
                "Archive this plan and make a new one."
            )
        )
    for name, value in vars(details).items():
        if name != "prices":
            setattr(plan, name, value)
    plan.save()
    rows = [PriceRow(price.product, price.currency, price.amount_minor, plan) for price in details.prices]
    store_prices(rows, instead_of=list(plan.prices.select_for_update(of=("self",))))
    return plan
