"""Questions about products: their list, with what is paid for each."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, Expression, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from soon.models import Price, Product, Tax
from soon.models.catalog import ProductQuerySet

from .listing import ChoiceDimension, Column, Filter, ListSpec, Reader, RecordDimension


def search_products(rows: ProductQuerySet, text: str) -> ProductQuerySet:
    """Return those whose code or name contains every word of `text`, diacritics or not."""
    return rows.matching(text)


def with_prices(products: Sequence[Product], reader: Reader) -> None:
    """Give each of `products` its prices: `once` and `recurring`, as amounts with their currency, and how many plans."""
    once: dict[int, list[tuple[int, str]]] = defaultdict(list)
    recurring: dict[int, list[Any]] = defaultdict(list)
    for price in Price.objects.filter(product__in=products).select_related("plan").order_by("plan__position", "currency", "pk"):
        if price.plan is None:
            once[price.product_id].append((price.amount_minor, price.currency))
        else:
            recurring[price.product_id].append((price.amount_minor, price.currency, price.plan.period_in_words))
    for product in products:
        vars(product).update(once=once[product.pk], recurring=recurring[product.pk])


def _by_name() -> Expression:
    first, second = ("name_en", "name_vi") if (get_language() or "").startswith("en") else ("name_vi", "name_en")
    return Lower(Coalesce(NullIf(F(first), Value("")), F(second)))


def _priced(**which: Any) -> Exists:
    return Exists(Price.objects.filter(product=OuterRef("pk"), **which))


PRODUCTS = ListSpec(
    page="products",
    title=_("Products"),
    columns=(
        Column("name", _("Name"), "name", sort=(_by_name,), link=("product", "pk"), css="row-title"),
        Column("code", _("Code"), "code", sort=("code",)),
        Column("kind", _("Type"), lambda product, reader: product.get_kind_display(), sort=("kind",)),
        Column("tax", _("Tax"), "tax.choice_label", sort=("tax__percent",)),
        Column("unit", _("Unit of measure"), "unit_name", is_shown=False),
        Column("recurring", _("Recurring prices"), "recurring", kind="amounts"),
        Column("once", _("Price once"), "once", kind="amounts"),
    ),
    record=("product", "pk"),
    filters=(
        Filter("recurring", _("Sold by subscription"), Q(_priced(plan__isnull=False)), group="price"),
        Filter("once", _("Sold once"), Q(_priced(plan__isnull=True)), group="price"),
    ),
    dimensions=(
        ChoiceDimension("kind", _("Type"), "kind", choices=Product.Kind.choices),
        RecordDimension("tax", _("Tax"), "tax", model=Tax, names=("name_vi", "name_en")),
    ),
    search=search_products,
    search_hint=_("Code or name"),
    default_sort="name",
    has_archive=True,
    related=("tax",),
    enrich=with_prices,
    new_page="product_new",
    new_right="edit_products",
    icon="cube",
    empty_title=_("No products yet"),
    empty_text=_("Add what you sell, then give it a price for each recurring plan."),
)
