"""Prices of lines, their tax, and the totals of a document. Minor units of one currency; rounded half up per line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from .errors import DomainError
from .money import round_half_up, round_ratio


class InvalidPrice(DomainError):
    """A quantity, discount or tax rate that is no finite number or lies outside its range."""


@dataclass(frozen=True, slots=True)
class LinePrice:
    """A line: unit price in minor units, quantity, discount in percent, 0 to 100. Raises InvalidPrice."""

    unit_price_minor: int
    quantity: Decimal = Decimal(1)
    discount_percent: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if type(self.unit_price_minor) is not int:
            raise InvalidPrice(f"a unit price is an integer of minor units, not {self.unit_price_minor!r}")
        if not is_exact(self.quantity):
            raise InvalidPrice(f"not an exact number: {self.quantity!r}")
        if not is_exact(self.discount_percent) or not 0 <= self.discount_percent <= 100:
            raise InvalidPrice(f"a discount lies between 0 and 100 percent: {self.discount_percent}")

    def times(self, days: int = 1, whole_days: int = 1) -> tuple[int, int]:
        """Return price × quantity less discount × days / whole days in minor units, as a ratio that is not rounded.

        Integers only, because every line of every invoice passes here.
        """
        quantity, parts = self.quantity.as_integer_ratio()
        numerator, denominator = self.unit_price_minor * quantity * days, parts * whole_days
        if self.discount_percent:
            discount, hundredth = self.discount_percent.as_integer_ratio()
            numerator, denominator = numerator * (100 * hundredth - discount), denominator * 100 * hundredth
        return numerator, denominator

    @property
    def exact_net(self) -> Fraction:
        """Price × quantity less discount in minor units, not rounded; for `prorate`, so that a line rounds once."""
        return Fraction(*self.times())

    @property
    def net_minor(self) -> int:
        """The amount of the line in minor units, rounded half up; what is to be paid without tax, or with one inside."""
        return round_ratio(*self.times())


class TaxedLine(Protocol):
    """What a total needs to know about a line; order lines and invoice lines both do."""

    @property
    def net_minor(self) -> int:
        """Net amount in minor units."""

    @property
    def tax_minor(self) -> int:
        """Tax in minor units."""

    @property
    def tax_percent(self) -> Decimal:
        """Rate of the tax in percent."""


@dataclass(frozen=True)
class RateTotal:
    """Base and tax of all lines of one rate, in minor units."""

    percent: Decimal
    net_minor: int
    tax_minor: int


@dataclass(frozen=True)
class DocumentTotals:
    """Totals of a document in minor units; `total` = `untaxed` + `tax`. `by_rate` rises with the rate."""

    untaxed: int
    tax: int
    by_rate: tuple[RateTotal, ...]

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.untaxed + self.tax


def tax_on(net_minor: int, percent: Decimal) -> int:
    """Return the tax of `percent` on a line's rounded net, both in minor units, half up. Raises InvalidPrice."""
    return round_half_up(net_minor * exact(percent) / 100)


def document_totals(lines: Iterable[TaxedLine]) -> DocumentTotals:
    """Add up lines of one currency; the tax of a document is the sum of its lines' taxes, not recomputed on the sum."""
    # Equal Decimals are one key, however many zeros they were written with.
    sums: dict[Decimal, tuple[int, int]] = {}
    for line in lines:
        net, tax = sums.get(line.tax_percent, (0, 0))
        sums[line.tax_percent] = (net + line.net_minor, tax + line.tax_minor)
    by_rate = tuple(RateTotal(rate, net, tax) for rate, (net, tax) in sorted(sums.items()))
    return DocumentTotals(sum(row.net_minor for row in by_rate), sum(row.tax_minor for row in by_rate), by_rate)


def is_exact(number: object) -> bool:
    """Return whether `number` is an int or a finite Decimal; NaN, infinity, floats and whatever else are not."""
    return number.is_finite() if isinstance(number, Decimal) else type(number) is int


def exact(number: Decimal | int) -> Fraction:
    """Return a Decimal or int as an exact fraction; InvalidPrice for NaN, infinity, floats and whatever else."""
    if not is_exact(number):
        raise InvalidPrice(f"not an exact number: {number!r}")
    return Fraction(number)


def plain(number: Decimal | int) -> str:
    """Return a number in machine notation without needless zeros or exponent: Decimal("1.500") → "1.5"."""
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
