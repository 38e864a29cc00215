"""What a close reason says: the values that `create` and `revise` take."""

from dataclasses import dataclass
from decimal import Decimal

from soon.domain import closing
from soon.models import Plan


@dataclass(frozen=True)
class CloseReasonDetails:
    """A reason as typed; `audience` says who may choose it: "everyone" or "staff".

    `category` puts reasons together in reports; `comment_policy` says whether words of one's own are asked for. `offer` is what
    customers who choose it see beside closing ("": nothing), with months of a pause, a plan, or percent and periods of a
    discount.
    """

    name_vi: str
    name_en: str = ""
    audience: str = closing.EVERYONE
    category: str = "other"
    comment_policy: str = "none"
    offer: str = ""
    offer_months: int | None = None
    offer_plan: Plan | None = None
    offer_percent: Decimal | None = None
    offer_periods: int | None = None
