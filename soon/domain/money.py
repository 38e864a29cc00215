"""Money: an integer of the currency's minor unit together with its currency. Never a float.

Fractions of a minor unit live only inside a calculation, as exact `Fraction`s; `round_half_up` is the one way out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .currencies import MINOR_DIGITS
from .errors import DomainError

# What a 64-bit column of either database holds.
LARGEST_MINOR = 2**63 - 1

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")


class UnknownCurrency(DomainError):
    """A code that is not an active ISO 4217 currency."""


class CurrencyMismatch(DomainError):
    """Two amounts of different currencies in one calculation or comparison."""


class NotAnAmount(DomainError):
    """A text or number that is no exact amount of the currency."""


def digits_of(currency: str) -> int:
    """Return the number of minor digits of the ISO code `currency` (VND 0, USD 2, KWD 3); raise UnknownCurrency."""
    try:
        return MINOR_DIGITS[currency]
    except KeyError:
        raise UnknownCurrency(f"unknown currency: {currency!r}") from None


@dataclass(frozen=True)
class Money:
    """`minor` minor units of `currency`. Adding, subtracting, ordering refuse another currency (CurrencyMismatch)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise NotAnAmount(f"minor units are an integer, not {self.minor!r}")
        digits_of(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._minor_of(other)

    def __str__(self) -> str:
        return f"{to_decimal_string(self.minor, self.currency)} {self.currency}"

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} in one calculation")
        return other.minor


def round_half_up(value: Fraction | Decimal | int) -> int:
    """Return the nearest integer; a half goes away from zero, so a credit mirrors its charge: 2.5 → 3, −2.5 → −3."""
    return round_ratio(*Fraction(value).as_integer_ratio())


def round_ratio(numerator: int, denominator: int) -> int:
    """Return the integer nearest to numerator / denominator (positive), rounded like `round_half_up`; no objects are made."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -size if numerator < 0 else size


def to_minor(amount: str | Decimal | int, currency: str) -> int:
    """Return `amount` (major units, in machine notation: "1250.50", a point and no grouping) in minor units.

    Raises NotAnAmount where the currency cannot express it exactly ("0.001" USD, "0.5" VND), for other notations
    ("1,000", "1e3", "NaN"), and beyond 64 bits; UnknownCurrency. What people type is read by `soon.formatting`.
    """
    digits = digits_of(currency)
    text = str(amount) if isinstance(amount, int) and not isinstance(amount, bool) else _plain_text(amount)
    if not _PLAIN_NUMBER.fullmatch(text):
        raise NotAnAmount(f"not an amount: {text[:50]!r}")
    minor = Fraction(text) * int(10**digits)
    if minor.denominator != 1:
        raise NotAnAmount(f"{currency} has {digits} decimal digits: {text!r}")
    if abs(minor) > LARGEST_MINOR:
        raise NotAnAmount(f"too large: {text!r}")
    return minor.numerator


def to_decimal_string(minor: int, currency: str) -> str:
    """Return `minor` in major units with all digits of the currency, in machine notation: -5 USD → "-0.05"."""
    digits = digits_of(currency)
    sign, text = ("-" if minor < 0 else ""), str(abs(minor)).rjust(digits + 1, "0")
    return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)


def allocate(minor: int, weights: Sequence[int | Decimal | Fraction]) -> list[int]:
    """Share `minor` out in proportion to `weights` (none negative, not all zero) so that the shares always add up.

    Every share is the exact one cut toward zero; what is left goes, one unit each, to the largest remainders, the
    earlier one first on a tie (Hamilton's method). Negative amounts are shared like positive ones.
    """
    exact_weights = [Fraction(weight) for weight in weights]
    whole = sum(exact_weights)
    if whole <= 0 or min(exact_weights) < 0:
        raise NotAnAmount("weights must not be negative, nor all zero")
    size, sign = abs(minor), (-1 if minor < 0 else 1)
    exact = [size * weight / whole for weight in exact_weights]
    shares = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(shares)), key=lambda index: shares[index] - exact[index])
    for index in by_remainder[: size - sum(shares)]:
        shares[index] += 1
    return [sign * share for share in shares]


def _plain_text(amount: object) -> str:
    """Return the digits of a text or a finite Decimal; whatever else raises NotAnAmount, floats above all."""
    if isinstance(amount, Decimal) and amount.is_finite() and abs(amount.adjusted()) <= 40:
        return f"{amount:f}"
    if isinstance(amount, str):
        return amount
    raise NotAnAmount(f"not an amount: {amount!r}")
