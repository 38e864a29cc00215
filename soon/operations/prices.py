"""Prices as they are typed on the page of a product or of a plan, and how they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from soon.models import Plan, Price, Product

from .refusal import Refusal, refused_by_database

_TWICE = _("Two prices are for the same product, plan and currency. Remove one of them.")


class CannotPrice(Refusal):
    """The prices contradict each other."""


@dataclass(frozen=True)
class PriceRow:
    """What one unit of `product` costs per billing period of `plan`, or once without one; in minor units."""

    product: Product
    currency: str
    amount_minor: int
    plan: Plan | None = None

    @property
    def place(self) -> tuple[int, int | None, str]:
        """What a price is for: there can be only one of it."""
        return (self.product.pk, self.plan.pk if self.plan else None, self.currency)


def store_prices(rows: Sequence[PriceRow], *, instead_of: Sequence[Price]) -> None:
    """Make the prices `instead_of` be `rows`; unchanged ones stay as they are. Raises CannotPrice for two in one place."""
    wanted = {row.place: row for row in rows}
    if len(wanted) < len(rows):
        raise CannotPrice(_TWICE)
    for price in instead_of:
        row = wanted.pop((price.product_id, price.plan_id, price.currency), None)
        if row is None:
            price.delete()
        elif row.amount_minor != price.amount_minor:
            price.amount_minor = row.amount_minor
            price.save(update_fields=["amount_minor"])
    new = [
        Price(product=row.product, plan=row.plan, currency=row.currency, amount_minor=row.amount_minor)
        for row in wanted.values()
    ]
    with refused_by_database(CannotPrice(_TWICE)):
        Price.objects.bulk_create(new)
