"""Offers beside the button that closes: what is offered, to whom again, and what a discount gives away."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .periods import MONTH, Interval, Schedule
from .pricing import LinePrice

PAUSE = "pause"
PLAN = "plan"
DISCOUNT = "discount"
CONTACT = "contact"

# Longer ones are a slip of the finger, or no longer what a customer can foresee.
LONGEST_PAUSE = 12
MOST_PERIODS = 36

# So many months after a customer was shown an offer they may be shown one again.
MONTHS_WITHOUT_OFFER = 6
# Who looks at the same page again within this time still looks at the same offer; so long it can be accepted.
SAME_LOOK = datetime.timedelta(hours=1)
STANDS_FOR = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer with its terms: months of a pause, key of a plan, or percent and billing periods of a discount."""

    kind: str
    reason: int
    months: int = 0
    plan: int = 0
    percent: Decimal = Decimal(0)
    periods: int = 0

    def as_facts(self) -> dict[str, Any]:
        """Return it as JSON can hold it, see `offer_from`."""
        return {
            "kind": self.kind,
            "reason": self.reason,
            "months": self.months,
            "plan": self.plan,
            "percent": str(self.percent),
            "periods": self.periods,
        }


def offer_from(facts: Mapping[str, Any]) -> Offer:
    """Return the offer of `as_facts`."""
    return Offer(**{**facts, "percent": Decimal(facts["percent"])})


def months_later(day: datetime.date, months: int) -> datetime.date:
    """Return the same day of the month so many months later; the last one of a month that is too short."""
    return Schedule(Interval(MONTH, months), day).first.whole.end


def may_be_shown(last_offered_on: datetime.date | None, today: datetime.date) -> bool:
    """Return whether who was last shown an offer on that local date (None: never) may be shown one `today`."""
    return last_offered_on is None or months_later(last_offered_on, MONTHS_WITHOUT_OFFER) <= today


def given_away(lines: Iterable[LinePrice], percent: Decimal, periods: int) -> int:
    """Return what `percent` off the recurring `lines` comes to in so many whole periods, in minor units without tax.

    Each line is rounded as its invoice rounds it.
    """
    return periods * sum(line.net_minor - LinePrice(line.unit_price_minor, line.quantity, percent).net_minor for line in lines)
