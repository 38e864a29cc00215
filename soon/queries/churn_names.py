"""The names on the churn report, and what it can be narrowed to: three queries, whatever there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from soon.models import Plan, Product, User

from .listing.dimensions import NONE


@dataclass(frozen=True)
class Names:
    """Names by key, as the address writes keys."""

    plans: Mapping[str, str]
    people: Mapping[str, str]
    products: Mapping[str, str]

    def of_plan(self, key: str) -> str:
        """Return the name of a plan."""
        return self.plans.get(key, "") or _none(key)

    def of_person(self, key: str) -> str:
        """Return the name of a salesperson."""
        return self.people.get(key, "") or _none(key)

    def of_product(self, key: str) -> str:
        """Return the name of a product."""
        return self.products.get(key, "") or _none(key)


def names_of(products: Iterable[int | None]) -> Names:
    """Return the names of all plans and people of the staff, and those of `products`."""
    keys = [key for key in products if key is not None]
    return Names(
        plans={str(plan.pk): plan.name for plan in Plan.objects.all()},
        people=dict(_people()),
        products={str(product.pk): product.name for product in Product.objects.filter(pk__in=keys)},
    )


def _people() -> Iterable[tuple[str, str]]:
    for key, name in User.objects.filter(customer=None).order_by("name", "pk").values_list("pk", "name"):
        yield str(key), name


def _none(key: str) -> str:
    return gettext("None") if key == NONE else key
