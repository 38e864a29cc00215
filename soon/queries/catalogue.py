"""What a quotation can be made of: products with their prices, taxes, plans, customers and salespeople."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet

from soon.models import Customer, Plan, Price, Product, Tax, User

Row = TypeVar("Row", Product, Customer)


@dataclass(frozen=True)
class Catalogue:
    """The products on offer and those already chosen; prices of the chosen ones by (product, plan or None, currency)."""

    products: Sequence[Product]
    prices: dict[tuple[int, int | None, str], int]
    taxes: Sequence[Tax]

    def price(self, product_id: int, plan_id: int | None, currency: str) -> int | None:
        """Return the price of one unit per period of the plan, or once without a plan, in minor units; or None."""
        return self.prices.get((product_id, plan_id, currency))


def catalogue(chosen: Iterable[str], chosen_taxes: Iterable[str] = (), *, most: int) -> Catalogue:
    """Return the catalogue for a form in which the products and taxes with the ids `chosen` stand: four queries."""
    product_ids, tax_ids = _ids(chosen), _ids(chosen_taxes)
    prices = Price.objects.filter(product__in=product_ids).values_list("product_id", "plan_id", "currency", "amount_minor")
    return Catalogue(
        products=with_chosen(Product.objects.current(), Product.objects.all(), product_ids, most),
        prices={(product, plan, currency): amount for product, plan, currency, amount in prices},
        taxes=list(Tax.objects.filter(Q(archived_at=None) | Q(pk__in=tax_ids))),
    )


def with_chosen(offered: QuerySet[Row], every: QuerySet[Row], chosen: set[int], most: int) -> list[Row]:
    """Return the first `most` rows of `offered`, and the `chosen` ones wherever they stand: two queries."""
    first = list(offered[:most])
    missing = chosen - {row.pk for row in first}
    return first + (list(every.filter(pk__in=missing)) if missing else [])


def customers_for(reader: User, chosen: Iterable[str], *, most: int) -> list[Customer]:
    """Return the customers `reader` may sell to, and those already chosen."""
    visible = Customer.objects.visible_to(reader)
    return with_chosen(visible.current(), visible, _ids(chosen), most)


def buyers_for(reader: User, chosen: Iterable[str], *, most: int) -> list[Customer]:
    """Return the customers whom `reader` may invoice outside of orders: all, or those they serve themselves."""
    visible = Customer.objects.visible_to(reader)
    if not reader.may("see_all_orders"):
        visible = visible.filter(salesperson=reader)
    return with_chosen(visible.current(), visible, _ids(chosen), most)


def plans_with(chosen: Iterable[str]) -> list[Plan]:
    """Return the plans still sold, and those already chosen."""
    return list(Plan.objects.filter(Q(archived_at=None) | Q(pk__in=_ids(chosen))))


def taxes_to_choose() -> list[Tax]:
    """Return the taxes still offered."""
    return list(Tax.objects.filter(archived_at=None))


def salespeople(reader: User, chosen: Iterable[str] = ()) -> list[User]:
    """Return who may be given an order by `reader`: themselves, or everybody who sells for those who see all orders."""
    if not reader.may("see_all_orders"):
        return [reader]
    sellers = ("administrator", "manager", "salesperson")
    return list(User.objects.filter(Q(role__in=sellers, is_active=True) | Q(pk__in=_ids(chosen))))


def _ids(texts: Iterable[str]) -> set[int]:
    # Anything longer is no id, and would not fit the column.
    return {int(text) for text in map(str, texts) if text.isascii() and text.isdigit() and len(text) < 18}
