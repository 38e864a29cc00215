"""The words of the public pages in each market: their links and their buttons."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.domain.markets import CLICK, HERE, NOTIFY, PLAIN, market_of
from soon.models import Company

# The words of directive 2011/83/EU, art. 11a, in every market.
WITHDRAWAL_LINK = _("Withdraw from contract here")
WITHDRAWAL_BUTTON = _("Confirm withdrawal")


@dataclass(frozen=True)
class PublicWords:
    """What the link to the closing page and its last button say, and the same for withdrawing."""

    closing_link: Promise
    closing_button: Promise
    withdrawal_link: Promise = WITHDRAWAL_LINK
    withdrawal_button: Promise = WITHDRAWAL_BUTTON


@dataclass(frozen=True)
class PublicLink:
    """A link to a public page that is switched on."""

    label: Promise
    url: str


WORDINGS: Mapping[str, PublicWords] = {
    PLAIN: PublicWords(_("Close a contract"), _("Close now")),
    HERE: PublicWords(_("Close contracts here"), _("Close now")),
    NOTIFY: PublicWords(_("Close your contract"), _("Notify the closing")),
    CLICK: PublicWords(_("End your subscription"), _("Click to end it")),
}


def words_of(market: str) -> PublicWords:
    """Return the words of the public pages in the market with this code."""
    return WORDINGS[market_of(market).wording]


def public_links(company: Company) -> list[PublicLink]:
    """Return the links to the public pages that `company` has switched on, to stand at the foot of every public page."""
    words = words_of(company.market)
    links = []
    if company.has_public_closing:
        links.append(PublicLink(words.closing_link, reverse("public:closing")))
    if company.has_public_withdrawal:
        links.append(PublicLink(words.withdrawal_link, reverse("public:withdrawal")))
    return links
