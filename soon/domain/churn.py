"""Figures of churn and of the closing page, defined so that nobody can flatter themselves."""

import datetime
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .closing_signs import NO_LOG_IN, PRICE_ROSE, REMINDED, UNPAID
from .money import round_half_up

# Types of closing that the customer did not choose. A transfer is none at all: the customer stays.
INVOLUNTARY = ("non_payment", "expired", "provider")
TRANSFER = "transfer"

# So long after the customer took an offer it shows whether they stayed.
DAYS_UNTIL_KEPT = 90

# Spans of tenure: from so many full months on, until so many (None: no end).
TENURES: Sequence[tuple[str, int, int | None]] = (
    ("m0", 0, 1),
    ("m1", 1, 3),
    ("m3", 3, 6),
    ("m6", 6, 12),
    ("y1", 12, 24),
    ("y2", 24, None),
)

# Which category of reasons a sign speaks for; the categories are those of close reasons.
CATEGORY_OF_SIGN = {UNPAID: "payment", REMINDED: "payment", NO_LOG_IN: "use", PRICE_ROSE: "price"}


@dataclass(frozen=True)
class Funnel:
    """Visits to the closing page, one for a customer's order in 30 days.

    `ripe`: those whose outcome has had DAYS_UNTIL_KEPT to prove itself; `kept`: ripe ones that accepted the offer and were
    still served at the full price when that time was over.
    """

    visits: int = 0
    offered: int = 0
    accepted: int = 0
    closed: int = 0
    ripe: int = 0
    kept: int = 0

    @property
    def left(self) -> int:
        """Those who went away without deciding."""
        return self.visits - self.accepted - self.closed

    @property
    def offer_acceptance(self) -> Decimal | None:
        """Of those who saw an offer, how many percent accepted it."""
        return percent(self.accepted, self.offered)

    @property
    def decided_save_rate(self) -> Decimal | None:
        """Of those who decided, how many percent accepted the offer."""
        return percent(self.accepted, self.accepted + self.closed)

    @property
    def gross_save_rate(self) -> Decimal | None:
        """How many percent did not close, those who merely went away included: what is often shown, and flatters."""
        return percent(self.visits - self.closed, self.visits)

    @property
    def honest_save_rate(self) -> Decimal | None:
        """Of the ripe visits, how many percent accepted and were kept at the full price."""
        return percent(self.kept, self.ripe)

    @property
    def is_too_early(self) -> bool:
        """Whether there were visits, but none long enough ago."""
        return bool(self.visits) and not self.ripe


def percent(part: int, whole: int) -> Decimal | None:
    """Return `part` of `whole` in percent with two decimals, half up; None of nothing."""
    return Decimal(round_half_up(Fraction(10_000 * part, whole))).scaleb(-2) if whole else None


def shares(parts: Sequence[int]) -> list[Decimal | None]:
    """Return each of `parts` (none negative) in percent of their sum with one decimal, so that they add up to 100 exactly.

    What rounding down leaves goes to the largest remainders, to the first of equal ones. None each if the sum is nothing.
    """
    whole = sum(parts)
    if not whole:
        return [None] * len(parts)
    thousandths = [divmod(1000 * part, whole) for part in parts]
    left = 1000 - sum(down for down, _rest in thousandths)
    raised = set(sorted(range(len(parts)), key=lambda place: (-thousandths[place][1], place))[:left])
    return [Decimal(down + (place in raised)).scaleb(-1) for place, (down, _rest) in enumerate(thousandths)]


def full_months(start_on: datetime.date, end_on: datetime.date) -> int:
    """Return how many full months lie between two local dates; one from the 31st is over at the end of a shorter month."""
    last = monthrange(end_on.year, end_on.month)[1]
    months = 12 * (end_on.year - start_on.year) + end_on.month - start_on.month
    return months - (end_on.day < min(start_on.day, last))


def disagree(said: str, staff_view: str, signs: Sequence[str]) -> bool:
    """Return whether what the customer said, what staff see and what the system saw are not of one category.

    `said` and `staff_view` are categories of reasons, "" where there is none; signs that speak for no category say nothing.
    """
    seen = {CATEGORY_OF_SIGN[sign] for sign in signs if sign in CATEGORY_OF_SIGN}
    if staff_view and staff_view != said:
        return True
    return bool(seen) and said not in seen


def tenure_of(months: int) -> str:
    """Return the span of TENURES in which so many full months lie; an order that ended before it began in the shortest."""
    return next(key for key, _first, until in TENURES if until is None or months < until)
