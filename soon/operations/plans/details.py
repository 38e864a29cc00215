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

    A quotation offers the first `trial_days` for nothing, unless it says otherwise.
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
    automatic_closing_days: int | None = None
    closing_day_is_served: bool = True
    position: int = 10
    prices: Sequence[PlanPrice] = ()
