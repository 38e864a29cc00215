"""The currency that reports add up in, and the rates of exchange into it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from soon.domain import lifecycle
from soon.domain.exchange import RateTable
from soon.models import Company, OrderTally, Rate


def reporting_currency() -> str:
    """Return the company's currency, or the only one of all subscriptions, so that nobody needs rates who has one currency."""
    sold = OrderTally.objects.exclude(state__in=[*lifecycle.OFFERED, lifecycle.CANCELLED]).exclude(plan=None)
    counted = sold.order_by().values("currency").annotate(how_many=Sum("orders")).filter(how_many__gt=0)
    spoken = list(counted.values_list("currency", flat=True)[:2])
    return spoken[0] if len(spoken) == 1 else Company.ours().currency


def rates_into(reporting: str, currencies: Iterable[str]) -> RateTable:
    """Return what each of `currencies` is worth in `reporting`; no query where there is no other."""
    asked = sorted({currency for currency in currencies if currency != reporting})
    found: dict[str, list[tuple[datetime.date, Decimal]]] = defaultdict(list)
    if asked:
        rows = Rate.objects.filter(currency__in=asked).order_by("currency", "valid_from_on")
        for currency, day, rate in rows.values_list("currency", "valid_from_on", "rate"):
            found[currency].append((day, rate))
    return RateTable(reporting, dict(found))
