"""What must hold for any exchange rate."""

from django.utils.translation import gettext_lazy as _

from soon.domain.money import UnknownCurrency, digits_of
from soon.models import Company
from soon.operations.refusal import Refusal

from .details import RateDetails

# What the column holds: 20 digits, 10 of them after the point.
LARGEST_RATE = 10**10


def check(details: RateDetails, refusal: type[Refusal]) -> None:
    """Raise `refusal` unless `details` can be a rate of another currency than the company's."""
    try:
        digits_of(details.currency)
    except UnknownCurrency:
        raise refusal(_("This is not a currency in use.")) from None
    if details.currency == Company.ours().currency:
        raise refusal(_("This is the company's own currency: it is always worth 1. Choose another one."))
    if not 0 < details.rate < LARGEST_RATE or details.rate != round(details.rate, 10):
        raise refusal(_("Give a rate above 0 and below 10 billion, with at most ten decimals."))


TAKEN = _("There is already a rate of this currency from this day on. Correct that one instead.")
