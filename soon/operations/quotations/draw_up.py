"""Drawing up a quotation that is not stored: what it would be, for somebody who wants to see it first."""

from collections.abc import Sequence
from dataclasses import dataclass

from soon.models import Order, OrderLine
from soon.operations.order_sums import add_up

from ._lines import weighed_lines
from ._words import take_words
from .draft import Draft


@dataclass(frozen=True)
class DrawnUp:
    """An order and its lines with all amounts, neither of them stored."""

    order: Order
    lines: Sequence[OrderLine]


def draw_up(draft: Draft) -> DrawnUp:
    """Return what `create` would store of `draft`; nothing is written. Raises ImpossibleTerms, TooLarge."""
    order = Order()
    take_words(order, draft)
    lines = weighed_lines(order, draft, is_exempt=draft.customer.is_tax_exempt)
    add_up(order, lines)
    return DrawnUp(order, lines)
