"""Taxes of lines: on top of the price, inside it, or not paid by this buyer. Minor units, rounded half up per line."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .money import round_ratio
from .pricing import InvalidPrice, is_exact


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax of `percent` on a line; InvalidPrice for a rate that is no finite number or negative.

    `is_included`: the price already contains the tax. `is_exempt`: the buyer pays no tax; an included tax is then taken out of
    the price.
    """

    percent: Decimal = Decimal(0)
    is_included: bool = False
    is_exempt: bool = False

    def __post_init__(self) -> None:
        if not is_exact(self.percent) or self.percent < 0:
            raise InvalidPrice(f"a tax rate is a number from 0: {self.percent!r}")

    @property
    def charged_percent(self) -> Decimal:
        """The rate that the buyer pays: 0 when exempt."""
        return Decimal(0) if self.is_exempt else self.percent

    def net_and_tax(self, exact_amount: Fraction | int) -> tuple[int, int]:
        """Return net and tax of what a line costs by its price, before rounding."""
        return self.net_and_tax_of(*exact_amount.as_integer_ratio())

    def net_and_tax_of(self, numerator: int, denominator: int) -> tuple[int, int]:
        """Return the same for an amount given as a ratio of integers, denominator positive.

        On top: the net is rounded and the tax is on the rounded net. Inside: the gross is rounded, so that it stays what the
        price says, and the tax is the part `percent / (100 + percent)` of it.
        """
        if not self.percent:
            return round_ratio(numerator, denominator), 0
        rate, hundred = _over_one_hundred(self.percent)
        if self.is_exempt:
            net = (numerator * hundred, denominator * (hundred + rate)) if self.is_included else (numerator, denominator)
            return round_ratio(*net), 0
        amount = round_ratio(numerator, denominator)
        if not self.is_included:
            return amount, round_ratio(amount * rate, hundred)
        tax = round_ratio(amount * rate, hundred + rate)
        return amount - tax, tax


NO_TAX = TaxRule()


def _over_one_hundred(percent: Decimal) -> tuple[int, int]:
    """Return `percent` / 100 as a ratio: 8.5 → 17 / 200."""
    numerator, denominator = percent.as_integer_ratio()
    return numerator, 100 * denominator
