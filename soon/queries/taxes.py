"""Questions about taxes."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from soon.formatting import percent
from soon.models import OrderLine, Tax

from .listing import Column, ListSpec


def with_use() -> QuerySet[Tax, Any]:
    """Return all taxes, each with `products`: how many products still sold have it by default."""
    return Tax.objects.annotate(products=Count("product", filter=Q(product__archived_at=None)))


def is_used(tax: Tax) -> bool:
    """Return whether a line of an order has the tax, so that its percentage must stay."""
    return OrderLine.objects.filter(tax=tax).exists()


TAXES = ListSpec(
    page="taxes",
    title=_("Taxes"),
    record=("tax_edit", "pk"),
    columns=(
        Column("name", _("Name"), "name", sort=("name_vi",), link=("tax_edit", "pk"), css="row-title"),
        Column("percent", _("Percent"), lambda tax, reader: percent(tax.percent), sort=("percent",), css="number"),
        Column("included", _("Included in the price"), "is_included", kind="yes_no", sort=("is_included",)),
        Column("products", _("Products"), "products", kind="number", sort=("products",)),
    ),
    search=lambda rows, text: rows.filter(Q(name_vi__icontains=text) | Q(name_en__icontains=text)),
    default_sort="percent",
    has_archive=True,
    new_page="tax_new",
    new_right="configure",
    icon="receipt-percent",
    empty_title=_("No taxes yet"),
    empty_text=_("Add the rates that stand on your invoices."),
)
