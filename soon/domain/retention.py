"""Rates of churn and retention, exactly as fractions; None stands where there is nothing to divide by ("n/a", never 0 %).

Definitions where vendors differ: churn counts on the first day without service; a paused customer is still one; customers are
compared by what they pay at both ends of the period, so that ups and downs in between cost nothing; new customers and those who
return are outside of retention. Amounts may be in any unit, as long as it is the same one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .money import round_half_up

Amount = int | Fraction
Rate = Fraction | None

# Fewer customers or months than these say little about how long customers stay.
FEWEST_CUSTOMERS, FEWEST_MONTHS = 30, 6


@dataclass(frozen=True)
class Moves:
    """What a period began with and what changed in it; none is negative, contraction and churn are what was lost.

    `joined`, `returned` and `left` count customers: new ones, those who came back, those who churned. `fx`: what rates of
    exchange did meanwhile to what was there, signed.
    """

    opening: Amount = 0
    new: Amount = 0
    reactivation: Amount = 0
    expansion: Amount = 0
    contraction: Amount = 0
    churn: Amount = 0
    customers: int = 0
    joined: int = 0
    returned: int = 0
    left: int = 0
    fx: Amount = 0

    @property
    def closing(self) -> Amount:
        """What the period ended with (transfers are nothing in sum)."""
        return self.opening + self.gained - self.lost + self.fx

    @property
    def gained(self) -> Amount:
        """All that was added."""
        return self.new + self.reactivation + self.expansion

    @property
    def lost(self) -> Amount:
        """All that was lost."""
        return self.contraction + self.churn

    @property
    def customers_at_end(self) -> int:
        """Customers when the period ended."""
        return self.customers + self.joined + self.returned - self.left

    @property
    def customer_churn(self) -> Rate:
        """Customers lost of the customers at the start (logo churn)."""
        return share(self.left, self.customers)

    @property
    def customer_churn_of_all(self) -> Rate:
        """Customers lost of those at the start and the new ones, as Stripe counts."""
        return share(self.left, self.customers + self.joined)

    @property
    def gross_mrr_churn(self) -> Rate:
        """Churn and contraction of the opening MRR."""
        return share(self.lost, self.opening)

    @property
    def net_mrr_churn(self) -> Rate:
        """Churn and contraction less expansion, of the opening MRR; below nothing where more was added than lost."""
        return share(self.lost - self.expansion, self.opening)

    @property
    def net_mrr_churn_with_returns(self) -> Rate:
        """The same less reactivation, as ChartMogul counts."""
        return share(self.lost - self.expansion - self.reactivation, self.opening)

    @property
    def quick_ratio(self) -> Rate:
        """What was added for each unit lost."""
        return share(self.gained, self.lost)

    @property
    def arpa(self) -> Rate:
        """MRR of a customer at the end of the period (average revenue per account)."""
        return share(self.closing, self.customers_at_end)

    @property
    def opening_arpa(self) -> Rate:
        """MRR of a customer at the start."""
        return share(self.opening, self.customers)


@dataclass(frozen=True)
class Kept:
    """What customers of the start pay at the end: `lost` by those who pay less then, `gained` by those who pay more.

    `customers`: how many were there at the start; `gone`: how many of these no longer are.
    """

    opening: Amount = 0
    lost: Amount = 0
    gained: Amount = 0
    customers: int = 0
    gone: int = 0

    @property
    def gross(self) -> Rate:
        """GRR: each customer's end, but not more than their start, of the opening MRR; never above 1."""
        return share(self.opening - self.lost, self.opening)

    @property
    def net(self) -> Rate:
        """NRR: the ends of all customers of the start, of the opening MRR."""
        return share(self.opening - self.lost + self.gained, self.opening)

    @property
    def logo(self) -> Rate:
        """Customers of the start who are there at the end."""
        return share(self.customers - self.gone, self.customers)


def kept(ends: Iterable[tuple[Amount, Amount]]) -> Kept:
    """Return what became of customers of the start from (MRR at the start, MRR at the end) of each; 0 at the end is gone."""
    opening: Amount = 0
    lost: Amount = 0
    gained: Amount = 0
    customers, gone = 0, 0
    for start, end in ends:
        opening, customers, gone = opening + start, customers + 1, gone + (end == 0)
        lost, gained = lost + max(start - end, 0), gained + max(end - start, 0)
    return Kept(opening, lost, gained, customers, gone)


@dataclass(frozen=True)
class Lifetime:
    """What a customer brings until they churn (LTV); `churn` is customer churn per month.

    Both over all months looked at: opening MRR, customers at the start and customers lost, added up month by month.
    """

    arpa: Rate
    churn: Rate
    is_low_data: bool
    margin: Fraction = Fraction(1)

    @property
    def value(self) -> Rate:
        """ARPA for each month until churn, times the gross margin; None where nobody churned."""
        return None if self.arpa is None or not self.churn else self.arpa / self.churn * self.margin


def lifetime(months: Iterable[Moves], margin: Fraction = Fraction(1)) -> Lifetime:
    """Return the lifetime value from consecutive months; `margin` is the gross margin, 1 for all of the revenue.

    Low data: fewer than 30 customers at the last start, or fewer than six months that began with any.
    """
    told = [month for month in months if month.customers]
    opening, customers = sum(month.opening for month in told), sum(month.customers for month in told)
    is_low = len(told) < FEWEST_MONTHS or told[-1].customers < FEWEST_CUSTOMERS
    return Lifetime(share(opening, customers), share(sum(month.left for month in told), customers), is_low, margin)


def share(part: Amount, whole: Amount) -> Rate:
    """Return `part` of `whole`; None of nothing."""
    return Fraction(part) / whole if whole else None


def in_percent(rate: Rate) -> Decimal | None:
    """Return a rate in percent with two decimals, half up; None of none."""
    return None if rate is None else Decimal(round_half_up(10_000 * rate)).scaleb(-2)


def two_decimals(rate: Rate) -> Decimal | None:
    """Return a ratio with two decimals, half up; None of none."""
    return None if rate is None else Decimal(round_half_up(100 * rate)).scaleb(-2)
