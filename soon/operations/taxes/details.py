"""What a tax says: the values that `create` and `revise` take."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class TaxDetails:
    """A tax of `percent` (0 to 100) of the net price, added to prices or, if `is_included`, contained in them."""

    name_vi: str
    percent: Decimal
    name_en: str = ""
    is_included: bool = False
