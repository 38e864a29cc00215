"""Looking ahead at what matching a declaration to an order would do."""

import datetime

from soon.models import Declaration, Order
from soon.operations.closing._request import CannotClose

from ._close_as_declared import end_as_declared
from ._meant import can_be_withdrawn_from


def foresee(declaration: Declaration, *, order: Order) -> datetime.date | None:
    """Return the last local day of service if `declaration` meant `order`; None where it cannot be closed by it."""
    is_withdrawal = declaration.kind == Declaration.Kind.WITHDRAWAL
    if (
        not order.is_serving
        or order.closure_id
        or (is_withdrawal and not can_be_withdrawn_from(order, declaration.submitted_at))
    ):
        return None
    try:
        return end_as_declared(declaration, order) - datetime.timedelta(days=1)
    except CannotClose:
        return None
