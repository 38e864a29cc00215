"""Storing the lines of a quotation with every amount that follows from them."""

from soon.models import Order, OrderLine
from soon.operations.order_sums import SUMS, add_up, weigh

from .draft import Draft, DraftLine


def store_lines(order: Order, draft: Draft, *, is_exempt: bool) -> None:
    """Replace the lines of quotation `order` by those of `draft` and write the order's totals and MRR.

    `is_exempt`: whether its customer pays no tax. A line without a plan on the order is charged once, whatever the draft says.
    Raises TooLarge.
    """
    order.lines.all().delete()
    lines = weighed_lines(order, draft, is_exempt=is_exempt)
    add_up(order, lines)
    OrderLine.objects.bulk_create(lines)
    order.save(update_fields=SUMS)


def weighed_lines(order: Order, draft: Draft, *, is_exempt: bool) -> list[OrderLine]:
    """Return the lines of `draft` as those of `order`, each with what it costs; nothing is stored."""
    return [_line(order, position, line, is_exempt) for position, line in enumerate(draft.lines, start=1)]


def _line(order: Order, position: int, said: DraftLine, is_exempt: bool) -> OrderLine:
    line = OrderLine(
        order=order,
        customer_id=order.customer_id,
        position=position * 10,
        product=said.product,
        description=said.description,
        is_recurring=said.is_recurring and order.plan_id is not None,
        quantity=said.quantity,
        unit_price_minor=said.unit_price_minor,
        discount_percent=said.discount_percent,
        tax=said.tax,
    )
    weigh(line, is_exempt=is_exempt)
    return line
