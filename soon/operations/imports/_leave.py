"""Closing those who left before they came here: on their own day, without letters and without money."""

import datetime
from collections.abc import Mapping, Sequence

from soon.activity.actor import Actor
from soon.domain.lifecycle import CHURNED
from soon.models import CloseReason, Letter, Order
from soon.models.bulk import any_of
from soon.operations.closing._close import close_orders
from soon.operations.closing._request import CannotClose, ClosingRequest

from .subscription import ImportedSubscription

# What closing writes to customers, to whom it is no news here.
LETTERS = ("subscription_closed", "closing_scheduled")


def leave(
    batch: Sequence[ImportedSubscription],
    orders: Sequence[Order],
    *,
    reasons: Mapping[str, CloseReason],
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
) -> int:
    """Close those of `orders`, each of the subscription beside it in `batch`, that left; return how many.

    Without a day of their own they are not served any more `today`; a day to come schedules it. Raises CannotClose; then the
    caller's transaction must not be committed.
    """
    requests = {
        order.pk: ClosingRequest(
            reason=reasons[each.reason],
            effective_on=each.ended_on or _usual_end(each, today),
            # What is still to come is billed here.
            is_settled_elsewhere=each.has_left(today),
            reason_was_given_before=True,
        )
        for each, order in zip(batch, orders, strict=True)
        if each.state == CHURNED
    }
    if not requests:
        return 0
    for answer in close_orders(requests, actor=actor, at=at, today=today).values():
        if isinstance(answer, CannotClose):
            raise answer
    Letter.objects.filter(kind__in=LETTERS, order__in=any_of(list(requests))).delete()
    return len(requests)


def _usual_end(each: ImportedSubscription, today: datetime.date) -> datetime.date | None:
    """Return the first day not served of one that left on a day unknown; None for the usual one of a closing.

    They had left before they came here, so reports must not count them until tomorrow. One that begins `today` or later would
    then not have been served a day.
    """
    return today if each.start_on < today else None
