"""Choosing what customers meet when they leave."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Company
from soon.operations.refusal import Refusal


class CannotChooseMarket(Refusal):
    """There is no such market, or no such way of asking for reasons."""


@dataclass(frozen=True)
class MarketDetails:
    """The market, and what is switched on; the presets of the market (domain/markets.py) bind nobody.

    `offer_budget_minor`: what may be given away as discounts in a calendar month, in minor units of the company's currency.
    """

    market: str = "generic"
    reason_policy: str = "required"
    has_public_closing: bool = False
    has_public_withdrawal: bool = False
    makes_offers: bool = False
    offer_budget_minor: int | None = None


@transaction.atomic
def choose_market(details: MarketDetails) -> Company:
    """Give our company the values of `details`. Raises CannotChooseMarket for a market or reason policy that is not there."""
    if details.market not in Company.Market.values or details.reason_policy not in Company.ReasonPolicy.values:
        raise CannotChooseMarket(_("This market is not available."))
    company, _created = Company.objects.update_or_create(
        pk=1, defaults=vars(details), create_defaults={"name": Company.ours().name} | vars(details)
    )
    return company
