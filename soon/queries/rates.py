"""The list of exchange rates."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from soon.models import Rate

from .listing import ChoiceDimension, Column, ListSpec


def search_rates(rows: QuerySet[Rate, Any], text: str) -> QuerySet[Rate, Any]:
    """Return those whose currency contains `text`."""
    return rows.filter(currency__icontains=text)


RATES = ListSpec(
    page="rates",
    title=_("Exchange rates"),
    record=("rate_edit", "pk"),
    columns=(
        Column("currency", _("Currency"), "currency", sort=("currency", "valid_from_on"), css="row-title"),
        Column("valid_from", _("Valid from"), "valid_from_on", kind="day", sort=("valid_from_on",)),
        Column("rate", _("Rate"), "rate", kind="number"),
    ),
    dimensions=(ChoiceDimension("of", _("Currency"), "currency"),),
    search=search_rates,
    search_hint=_("Currency"),
    default_sort="-valid_from",
    new_page="rate_new",
    new_right="configure",
    icon="receipt-percent",
    empty_title=_("No exchange rates yet"),
    empty_text=_("Add what other currencies are worth in yours: reports add revenue in all currencies up with them."),
)
