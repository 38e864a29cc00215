"""What a product's record says: the values that `create` and `revise` take."""

from collections.abc import Sequence
from dataclasses import dataclass

from soon.models import Plan, Tax


@dataclass(frozen=True)
class ProductPrice:
    """The price of one unit per billing period of `plan`, or once without one; in minor units of `currency`."""

    currency: str
    amount_minor: int
    plan: Plan | None = None


@dataclass(frozen=True)
class ProductDetails:
    """A product as typed, with all its prices."""

    code: str
    name_vi: str
    name_en: str = ""
    kind: str = "service"
    unit_name: str = ""
    description: str = ""
    tax: Tax | None = None
    prices: Sequence[ProductPrice] = ()
