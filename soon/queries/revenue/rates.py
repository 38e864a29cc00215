"""The rates of exchange into the company's currency, as reports use them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from soon.domain.exchange import RateTable
from soon.models import Rate


def rates_into(reporting: str, currencies: Iterable[str]) -> RateTable:
    """Return what each of `currencies` is worth in `reporting`, the company's; no query where there is no other."""
    asked = sorted({currency for currency in currencies if currency != reporting})
    found: dict[str, list[tuple[datetime.date, Decimal]]] = defaultdict(list)
    if asked:
        rows = Rate.objects.filter(currency__in=asked).order_by("currency", "valid_from_on")
        for currency, day, rate in rows.values_list("currency", "valid_from_on", "rate"):
            found[currency].append((day, rate))
    return RateTable(reporting, dict(found))
