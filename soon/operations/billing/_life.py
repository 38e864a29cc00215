"""What a moved clock leaves behind: documents, revenue and periods, and how `soon simulate` tells them."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from soon.domain import lifecycle
from soon.domain.agreements import Agreement, Entry
from soon.domain.money import to_decimal_string
from soon.domain.periods import Period, Schedule
from soon.domain.pricing import plain
from soon.domain.zones import start_of_local_day_utc

from ._scenario import Scenario


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as it would have been issued on the local date `on`; amounts in minor units."""

    on: datetime.date
    is_credit_note: bool
    entries: tuple[Entry, ...]
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class RevenueStep:
    """A change of the monthly revenue, in minor units."""

    on: datetime.date
    value_minor: int
    movement: str
    delta_minor: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The schedule in force from a local date on."""

    schedule: Schedule
    from_on: datetime.date


@dataclass(slots=True)
class Life:
    """Everything that happened to an agreement."""

    agreement: Agreement
    documents: list[Issued] = field(default_factory=list)
    revenue: list[RevenueStep] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    state: str = lifecycle.IN_PROGRESS


def told(life: Life, scenario: Scenario) -> dict[str, object]:
    """Return the life as JSON can hold it: amounts as decimal texts of the currency, dates in ISO 8601."""
    currency = scenario.currency
    periods = list(_periods(life, scenario.until))
    edges = sorted({edge for period in periods for edge in (period.start, period.end)})
    return {
        "periods": [_dates(period) for period in periods],
        "boundaries_utc": [{"local_date": day.isoformat(), "instant_utc": _instant(day, scenario)} for day in edges],
        "documents": [_document(document, currency) for document in life.documents],
        "trial_end": scenario.first_paid_on.isoformat() if scenario.first_paid_on > scenario.start_on else None,
        "mrr": [_revenue_step(step, currency) for step in life.revenue],
        "state": life.state,
    }


def _periods(life: Life, until: datetime.date) -> Iterator[Period]:
    """Yield the periods up to the one that holds `until`, cut where another interval or the end begins."""
    ends_on = life.agreement.terms.ends_on
    following = [stretch.from_on for stretch in life.stretches[1:]]
    for stretch, next_on in zip(life.stretches, [*following, None], strict=True):
        stop = min((day for day in (next_on, ends_on) if day), default=None)
        start = max(stretch.from_on, stretch.schedule.start_on)
        if start > until or (stop and start >= stop):
            continue
        for period in stretch.schedule.periods_from(start):
            served = period.between(start, stop)
            if served is None or served.service.start > until:
                break
            yield served.service


def _document(document: Issued, currency: str) -> dict[str, object]:
    return {
        "date": document.on.isoformat(),
        "kind": "credit_note" if document.is_credit_note else "invoice",
        "lines": [_line(entry, currency) for entry in document.entries],
        "net": to_decimal_string(document.net_minor, currency),
        "tax": to_decimal_string(document.tax_minor, currency),
        "gross": to_decimal_string(document.net_minor + document.tax_minor, currency),
    }


def _line(entry: Entry, currency: str) -> dict[str, object]:
    charge, derivation = entry.charge, entry.charge.billed.derivation
    return {
        "period": _dates(charge.period.service) if charge.period else None,
        "full_period": _dates(charge.period.whole) if charge.period else None,
        "factor": derivation.fraction,
        "price": to_decimal_string(derivation.price.unit_price_minor, currency),
        "quantity": plain(derivation.price.quantity),
        "amount": to_decimal_string(entry.sign * charge.billed.net_minor, currency),
    }


def _revenue_step(step: RevenueStep, currency: str) -> dict[str, object]:
    return {
        "on": step.on.isoformat(),
        "value": to_decimal_string(step.value_minor, currency),
        "movement": step.movement,
        "delta": to_decimal_string(step.delta_minor, currency),
    }


def _dates(period: Period) -> list[str]:
    return [period.start.isoformat(), period.end.isoformat()]


def _instant(day: datetime.date, scenario: Scenario) -> str:
    return start_of_local_day_utc(day, scenario.time_zone).strftime("%Y-%m-%dT%H:%M:%SZ")
