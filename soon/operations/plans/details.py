"""What a recurring plan says: the values that `create` and `revise` take."""

from collections.abc import Sequence
from dataclasses import dataclass

from soon.models import Product


@dataclass(frozen=True)
class PlanPrice:
    """What one unit of `product` costs per billing period, in minor units of `currency`."""

    product: Product
    currency: str
    amount_minor: int


@dataclass(frozen=True)
class PlanDetails:
    """A plan as typed, with the prices of products on it. `anchor_day` is a day of the month; None means the first.

    A quotation offers the first `trial_days` for nothing, unless it says otherwise. Customers close at `closable_at` at the
    earliest, `notice_days` after they said so and `minimum_months` after the start; `withdrawal_days` count from confirming.
    """

    name_vi: str
    name_en: str = ""
    interval_count: int = 1
    interval_unit: str = "month"
    alignment: str = "anniversary"
    anchor_day: int | None = None
    in_arrears: bool = False
    trial_days: int = 0
    is_closable: bool = False
    closable_at: str = "any_time"
    notice_days: int = 0
    minimum_months: int = 0
    staff_closing_day: str = "today"
    credit_policy: str = "unused_days"
    withdrawal_days: int = 0
    automatic_closing_days: int | None = None
    closing_day_is_served: bool = True
    position: int = 10
    prices: Sequence[PlanPrice] = ()
