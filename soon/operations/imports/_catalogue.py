"""Finding what imported subscriptions are about, or creating it: plans, products and close reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.text import slugify

from soon.domain.lifecycle import CHURNED
from soon.models import CloseReason, Plan, Product
from soon.operations.close_reasons.create import create as create_reason
from soon.operations.close_reasons.details import CloseReasonDetails
from soon.operations.plans.create import create as create_plan
from soon.operations.plans.details import PlanDetails
from soon.operations.products.create import create as create_product
from soon.operations.products.details import ProductDetails

from .mapping import MappedPlan, MappedProduct
from .subscription import ImportedSubscription

LONGEST_CODE = 40


@dataclass(frozen=True)
class Catalogue:
    """The records by what the map or the file calls them; `new_reasons` are those that were created."""

    plans: dict[MappedPlan, Plan]
    products: dict[MappedProduct, Product]
    reasons: dict[str, CloseReason]
    new_reasons: list[CloseReason]


def empty_catalogue() -> Catalogue:
    """Return a catalogue in which nothing was looked up yet."""
    return Catalogue({}, {}, {}, [])


def look_up(made: Catalogue, subscriptions: Iterable[ImportedSubscription], *, reason_audience: str) -> None:
    """Add to `made` everything that `subscriptions` are about; what is not there yet is created by its own verb."""
    for subscription in subscriptions:
        if subscription.plan not in made.plans:
            made.plans[subscription.plan] = find_plan(subscription.plan) or create_mapped_plan(subscription.plan)
        if subscription.product not in made.products:
            product = subscription.product
            made.products[product] = find_product(product) or _create_product(product)
        reason = subscription.reason
        if subscription.state == CHURNED and reason not in made.reasons:
            found = find_reason(reason)
            if found is None:
                found = create_reason(CloseReasonDetails(name_vi=reason, name_en=reason, audience=reason_audience))
                made.new_reasons.append(found)
            made.reasons[reason] = found


def find_plan(wanted: MappedPlan) -> Plan | None:
    """Return the plan that the map names by its key, or the current one of that name and period; None if there is none."""
    if wanted.key:
        return Plan.objects.get(pk=wanted.key)
    interval = wanted.interval
    same = Plan.objects.current().filter(
        name_vi=wanted.name_vi, interval_unit=interval.unit, interval_count=interval.count, alignment="anniversary"
    )
    return same.first()


def find_product(wanted: MappedProduct) -> Product | None:
    """Return the product of that code or, without one, the first of that name; None if there is none."""
    if wanted.code:
        return Product.objects.filter(code__iexact=wanted.code).first()
    return Product.objects.filter(Q(name_vi__iexact=wanted.name_vi) | Q(name_en__iexact=wanted.name_vi)).order_by("pk").first()


def find_reason(name: str) -> CloseReason | None:
    """Return the reason of that name in either language, a current one rather than an archived one; None if there is none."""
    known = CloseReason.objects.filter(system_code=None).order_by(F("archived_at").desc(nulls_first=True), "pk")
    # Compared here, because SQLite knows capitals only of the English alphabet.
    wanted = name.casefold()
    return next((each for each in known if wanted in (each.name_vi.casefold(), each.name_en.casefold())), None)


def create_mapped_plan(wanted: MappedPlan) -> Plan:
    """Make the plan that the map or the file describes."""
    return create_plan(
        PlanDetails(
            name_vi=wanted.name_vi,
            name_en=wanted.name_en,
            interval_unit=wanted.interval.unit,
            interval_count=wanted.interval.count,
            is_closable=wanted.is_closable,
            position=100,
        )
    )


def _create_product(wanted: MappedProduct) -> Product:
    code = wanted.code or _free_code(wanted.name_vi)
    return create_product(ProductDetails(code=code, name_vi=wanted.name_vi, name_en=wanted.name_en))


def _free_code(name: str) -> str:
    """Return a code made of `name` that no product has."""
    stem = slugify(name.replace("đ", "d").replace("Đ", "D")).upper()[: LONGEST_CODE - 5] or "P"
    taken = {code.upper() for code in Product.objects.filter(code__istartswith=stem).values_list("code", flat=True)}
    return next(code for code in (stem, *(f"{stem}-{count}" for count in range(2, 1000))) if code not in taken)
