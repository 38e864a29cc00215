"""Storing the lines of a quotation with every amount that follows from them."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from soon.domain.pricing import LinePrice, tax_on
from soon.domain.revenue import MICRO, mrr_micro
from soon.models import Order, OrderLine
from soon.operations.refusal import Refusal

from .draft import Draft, DraftLine

# Minor units in all and a month, above any real order: MRR is kept in millionths, and sums of several still fit a column.
LARGEST_TOTAL = 10**15
LARGEST_MRR = 10**12


class TooLarge(Refusal):
    """The lines add up to more than can be kept."""


def store_lines(order: Order, draft: Draft) -> None:
    """Replace the lines of quotation `order` by those of `draft` and write the order's totals and MRR.

    A line without a plan on the order is charged once, whatever the draft says. Raises TooLarge.
    """
    order.lines.all().delete()
    lines = [_line(order, position, line) for position, line in enumerate(draft.lines, start=1)]
    OrderLine.objects.bulk_create(lines)
    recurring = sum(line.net_minor for line in lines if line.is_recurring)
    order.recurring_minor = recurring
    order.mrr_micro = mrr_micro(recurring, order.plan.interval) if order.plan else 0
    order.untaxed_minor = sum(line.net_minor for line in lines)
    order.tax_minor = sum(line.tax_minor for line in lines)
    order.total_minor = order.untaxed_minor + order.tax_minor
    if order.total_minor > LARGEST_TOTAL or order.mrr_micro > LARGEST_MRR * MICRO:
        raise TooLarge(_("This amount is too large."))
    order.save(update_fields=["recurring_minor", "mrr_micro", "untaxed_minor", "tax_minor", "total_minor"])


def _line(order: Order, position: int, line: DraftLine) -> OrderLine:
    net_minor = LinePrice(line.unit_price_minor, line.quantity, line.discount_percent).net_minor
    return OrderLine(
        order=order,
        customer_id=order.customer_id,
        position=position * 10,
        product=line.product,
        description=line.description,
        is_recurring=line.is_recurring and order.plan_id is not None,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_percent=line.discount_percent,
        tax=line.tax,
        net_minor=net_minor,
        tax_minor=tax_on(net_minor, line.tax.percent if line.tax else Decimal(0)),
    )
