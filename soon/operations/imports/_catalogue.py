"""Finding what imported subscriptions are about, or creating it: plans, products and close reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from soon.models import CloseReason, Plan, Product
from soon.operations.close_reasons.create import create as create_reason
from soon.operations.close_reasons.details import CloseReasonDetails
from soon.operations.plans.create import create as create_plan
from soon.operations.plans.details import PlanDetails
from soon.operations.products.create import create as create_product
from soon.operations.products.details import ProductDetails

from .mapping import MappedPlan, MappedProduct
from .subscription import ImportedSubscription


@dataclass(frozen=True)
class Catalogue:
    """The records by what the map or the file calls them."""

    plans: dict[MappedPlan, Plan]
    products: dict[MappedProduct, Product]
    reasons: dict[str, CloseReason]


def catalogue(subscriptions: Iterable[ImportedSubscription], *, reason_audience: str) -> Catalogue:
    """Return everything that `subscriptions` are about; what is not there yet is created by its own verb."""
    found = Catalogue({}, {}, {})
    for subscription in subscriptions:
        if subscription.plan not in found.plans:
            found.plans[subscription.plan] = _plan(subscription.plan)
        if subscription.product not in found.products:
            found.products[subscription.product] = _product(subscription.product)
        if subscription.reason and subscription.reason not in found.reasons:
            found.reasons[subscription.reason] = _reason(subscription.reason, reason_audience)
    return found


def _plan(wanted: MappedPlan) -> Plan:
    interval = wanted.interval
    same = Plan.objects.current().filter(
        name_vi=wanted.name_vi, interval_unit=interval.unit, interval_count=interval.count, alignment="anniversary"
    )
    return same.first() or create_plan(
        PlanDetails(
            name_vi=wanted.name_vi,
            name_en=wanted.name_en,
            interval_unit=interval.unit,
            interval_count=interval.count,
            is_closable=wanted.is_closable,
            position=100,
        )
    )


def _product(wanted: MappedProduct) -> Product:
    same = Product.objects.filter(code__iexact=wanted.code)
    return same.first() or create_product(ProductDetails(code=wanted.code, name_vi=wanted.name_vi, name_en=wanted.name_en))


def _reason(name: str, audience: str) -> CloseReason:
    """Return the current reason of that name in either language; a new one is called the same in both."""
    same = CloseReason.objects.current().filter(Q(name_vi__iexact=name) | Q(name_en__iexact=name), system_code=None)
    return same.first() or create_reason(CloseReasonDetails(name_vi=name, name_en=name, audience=audience))
