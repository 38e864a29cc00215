"""The shapes of facts that chatter entries store, so that they can be told in any language later.

money      {"minor": 1250000, "currency": "VND"}
a name     {"vi": "Quá đắt", "en": "Too expensive"}
a day      "2026-11-23" under a name that ends in "_on"
a change   {"field": "quantity", "old": …, "new": …} in the list "changes"
"""

from typing import Any

from soon.models.bilingual import Bilingual


def money_fact(minor: int, currency: str) -> dict[str, Any]:
    """Return an amount of money as a fact."""
    return {"minor": minor, "currency": currency}


def name_fact(record: Bilingual | None) -> dict[str, str] | None:
    """Return the name of a business record in both languages as a fact."""
    return {"vi": record.name_in("vi"), "en": record.name_in("en")} if record else None


def words_fact(words: str) -> dict[str, str]:
    """Return words that somebody typed, which are the same in every language."""
    return {"vi": words, "en": words}
