"""What a line costs, with the derivation that lets anybody check the figure: rule, days, price, tax, rounding."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .crediting import CREDITED_PART, part_from
from .periods import BillingPeriod, Period
from .pricing import LinePrice, plain
from .taxes import NO_TAX, TaxRule

# Which rule gave an amount.
FULL_PERIOD = "full_period"
PART_OF_PERIOD = "part_of_period"
UNUSED_PART = "unused_part"
ONCE = "once"

HALF_UP_PER_LINE = "half_up_per_line"


@dataclass(frozen=True, slots=True)
class Derivation:
    """Everything from which an amount was computed; money in minor units, periods half-open local dates."""

    rule: str
    price: LinePrice
    tax: TaxRule = NO_TAX
    period: BillingPeriod | None = None
    # Days of the same charge, after these, that were given back before.
    credited_days: int = 0
    # Whether the period is billed after it was served.
    in_arrears: bool = False

    @property
    def fraction(self) -> str:
        """Days billed / days of the whole period, not reduced: "16/31"; "1/1" for what is charged once."""
        return f"{self.period.service.days}/{self.period.whole.days}" if self.period else "1/1"

    def as_facts(self) -> dict[str, object]:
        """Return it as JSON can hold it: decimal numbers as strings, dates in ISO 8601, the fraction not reduced.

        Words about arrears, a tax that is included or not paid, and earlier credits stand there only where they apply.
        """
        facts: dict[str, object] = {
            "rule": self.rule,
            "period": _as_dates(self.period.service) if self.period else None,
            "whole_period": _as_dates(self.period.whole) if self.period else None,
            "fraction": self.fraction,
            "unit_price_minor": self.price.unit_price_minor,
            "quantity": plain(self.price.quantity),
            "discount_percent": plain(self.price.discount_percent),
            "tax_percent": plain(self.tax.charged_percent),
            "rounding": HALF_UP_PER_LINE,
        }
        if self.period and self.credited_days:
            facts["credited_before"] = f"{self.credited_days}/{self.period.whole.days}"
        if self.in_arrears:
            facts["in_arrears"] = True
        if self.tax.is_included:
            facts["tax_is_included"] = True
        if self.tax.is_exempt:
            facts["exempt_from_percent"] = plain(self.tax.percent)
        return facts


@dataclass(frozen=True, slots=True)
class BilledLine:
    """Net and tax of a line in minor units, with the derivation; `tax_percent` is the rate charged, 0 when exempt."""

    net_minor: int
    tax_minor: int
    tax_percent: Decimal
    derivation: Derivation

    @property
    def gross_minor(self) -> int:
        """Net and tax together, in minor units."""
        return self.net_minor + self.tax_minor


# What a line costs is asked for again and again with the same few prices and periods.
REMEMBERED = 20_000


@lru_cache(maxsize=REMEMBERED)
def bill_line(
    price: LinePrice, tax: TaxRule = NO_TAX, period: BillingPeriod | None = None, *, in_arrears: bool = False
) -> BilledLine:
    """Return what a line costs: a recurring one for `period` (prorated by days if it is cut), without period once.

    Rounded half up once, after quantity, discount and days; see TaxRule for the tax. `in_arrears` is only remembered.
    """
    if period is None:
        return _billed(Derivation(ONCE, price, tax))
    return _billed(Derivation(FULL_PERIOD if period.is_whole else PART_OF_PERIOD, price, tax, period, in_arrears=in_arrears))


def credit_line(price: LinePrice, tax: TaxRule, unused: BillingPeriod, credited_days: int = 0) -> BilledLine:
    """Return what to give back for the days of `unused` that were billed in advance: positive, as on a credit note.

    Computed like the charge: days unused / days of the whole period, half up. If the `credited_days` after them were given back
    before, this is the difference to giving back all of them together, so that credits in steps never exceed the charge.
    """
    return _billed(Derivation(UNUSED_PART, price, tax, unused, credited_days))


def amount_from(facts: Mapping[str, Any]) -> tuple[int, int]:
    """Return net and tax in minor units, computed again from the facts of a derivation alone.

    Raises KeyError or ValueError (DomainError among them) for facts that no derivation gives.
    """
    if facts.get("rule") == CREDITED_PART:
        return part_from(facts)
    price, tax = price_from(facts), tax_from(facts)
    days, whole_days = map(int, facts["fraction"].split("/"))
    credited_days = int(facts.get("credited_before", "0").split("/")[0])
    return _net_and_tax(price, tax, days, whole_days, credited_days)


def price_from(facts: Mapping[str, Any]) -> LinePrice:
    """Return the price that the facts of a derivation tell of."""
    return LinePrice(facts["unit_price_minor"], Decimal(facts["quantity"]), Decimal(facts["discount_percent"]))


def tax_from(facts: Mapping[str, Any]) -> TaxRule:
    """Return how the facts of a derivation say that it was taxed."""
    exempt_from = facts.get("exempt_from_percent")
    return TaxRule(
        Decimal(facts["tax_percent"] if exempt_from is None else exempt_from),
        is_included=bool(facts.get("tax_is_included")),
        is_exempt=exempt_from is not None,
    )


def period_from(facts: Mapping[str, Any]) -> BillingPeriod:
    """Return the period that the facts of a derivation tell of. Raises KeyError or TypeError for what is charged once."""
    service, whole = (map(datetime.date.fromisoformat, facts[name]) for name in ("period", "whole_period"))
    return BillingPeriod(Period(*service), Period(*whole))


def _billed(why: Derivation) -> BilledLine:
    days, whole_days = (why.period.service.days, why.period.whole.days) if why.period else (1, 1)
    net, tax_minor = _net_and_tax(why.price, why.tax, days, whole_days, why.credited_days)
    return BilledLine(net, tax_minor, why.tax.charged_percent, why)


def _net_and_tax(price: LinePrice, tax: TaxRule, days: int, whole_days: int, credited_days: int) -> tuple[int, int]:
    """The one formula behind every line: price × quantity less discount × days / whole days, half up; then the tax."""
    net, tax_minor = tax.net_and_tax_of(*price.times(days + credited_days, whole_days))
    if not credited_days:
        return net, tax_minor
    net_before, tax_before = tax.net_and_tax_of(*price.times(credited_days, whole_days))
    return net - net_before, tax_minor - tax_before


def _as_dates(period: Period) -> list[str]:
    return [period.start.isoformat(), period.end.isoformat()]
