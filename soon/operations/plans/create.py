"""Creating a recurring plan."""

from django.db import transaction

from soon.models import Plan
from soon.operations.prices import PriceRow, store_prices

from .details import PlanDetails


@transaction.atomic
def create(details: PlanDetails) -> Plan:
    """Store a new plan with the prices of products on it. Raises CannotPrice for a price given twice."""
    plan = Plan.objects.create(**{name: value for name, value in vars(details).items() if name != "prices"})
    rows = [PriceRow(price.product, price.currency, price.amount_minor, plan) for price in details.prices]
    store_prices(rows, instead_of=())
    return plan
