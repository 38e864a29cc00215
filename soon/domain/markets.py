"""Markets: what customers meet there when they leave. Presets for a business to start from, not legal advice."""

from collections.abc import Mapping
from dataclasses import dataclass

REQUIRED, OPTIONAL, AFTER = "required", "optional", "after"

# How the link to a public page and its buttons are worded; the words themselves stand in queries/market_words.py.
PLAIN = "plain"
HERE = "here"
NOTIFY = "notify"
CLICK = "click"


@dataclass(frozen=True, slots=True)
class Market:
    """Presets of one market: fields of the company, and the wording of the public pages."""

    reason_policy: str = REQUIRED
    has_public_closing: bool = False
    has_public_withdrawal: bool = False
    makes_offers: bool = False
    wording: str = PLAIN


MARKETS: Mapping[str, Market] = {
    "generic": Market(),
    # A separate way to withdraw, since 19 June 2026: directive 2011/83/EU, art. 11a.
    "eu": Market(OPTIONAL, has_public_withdrawal=True, makes_offers=True, wording=HERE),
    # § 312k BGB: no log-in, nothing asked beside what names the contract; § 356a BGB: withdrawal. Reasons only afterwards, and
    # offers follow from them: none.
    "de": Market(AFTER, has_public_closing=True, has_public_withdrawal=True, wording=HERE),
    # Code de la consommation, L215-1-1 and D215-2: three clicks, no account needed, and the page holds what the decree lists.
    "fr": Market(OPTIONAL, has_public_closing=True, has_public_withdrawal=True, wording=NOTIFY),
    "uk": Market(OPTIONAL, has_public_closing=True, has_public_withdrawal=True, makes_offers=True),
    # Where one bought online one closes online: California, Business and Professions Code § 17602. An offer only while the
    # button that closes is shown at the same time.
    "us_ca": Market(OPTIONAL, has_public_closing=True, makes_offers=True, wording=CLICK),
    # Law 19/2023/QH15, art. 42: consumers end a continuous service at any time by saying so.
    "vn": Market(OPTIONAL, makes_offers=True),
}


def market_of(code: str) -> Market:
    """Return the presets of the market with this code; those of the generic one for a code nobody knows."""
    return MARKETS.get(code, MARKETS["generic"])
