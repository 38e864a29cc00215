"""The amounts of an order: what each line costs, and what the lines come to. Whoever changes a line or its tax writes them."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from soon.domain.derivations import bill_line
from soon.domain.pricing import LinePrice
from soon.domain.revenue import MICRO, mrr_micro
from soon.models import Order, OrderLine, tax_rule
from soon.operations.refusal import Refusal

# Minor units in all and a month, above any real order: MRR is kept in millionths, and sums of several still fit a column.
LARGEST_TOTAL = 10**15
LARGEST_MRR = 10**12

SUMS = ("recurring_minor", "mrr_micro", "untaxed_minor", "tax_minor", "total_minor")


class TooLarge(Refusal):
    """The lines add up to more than can be kept."""


def weigh(line: OrderLine, *, is_exempt: bool) -> None:
    """Set what `line` costs for a whole period, or once, for a buyer who is exempt from tax or not; nothing is stored."""
    price = LinePrice(line.unit_price_minor, line.quantity, line.discount_percent)
    billed = bill_line(price, tax_rule(line.tax, is_exempt=is_exempt))
    line.net_minor, line.tax_minor = billed.net_minor, billed.tax_minor


def add_up(order: Order, lines: Iterable[OrderLine]) -> None:
    """Set the totals and the MRR of `order`, which has `lines`; nothing is stored. Raises TooLarge.

    A subscription counts from its confirmation, its free trial included.
    """
    rows = list(lines)
    order.recurring_minor = sum(line.net_minor for line in rows if line.is_recurring)
    order.mrr_micro = mrr_micro(order.recurring_minor, order.plan.interval) if order.plan else 0
    order.untaxed_minor = sum(line.net_minor for line in rows)
    order.tax_minor = sum(line.tax_minor for line in rows)
    order.total_minor = order.untaxed_minor + order.tax_minor
    if order.total_minor > LARGEST_TOTAL or order.mrr_micro > LARGEST_MRR * MICRO:
        raise TooLarge(_("This amount is too large."))
