"""Closing a batch in which one order may be beyond help: all at once, or, when something is wrong with one, all others."""

import datetime
import logging
from collections.abc import Mapping, Sequence

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Closure
from soon.operations.billing._compute import SENSELESS
from soon.operations.billing._read import Catalogue
from soon.operations.halving import in_halves
from soon.operations.refusal import Refusal

from ._close import close_orders
from ._request import CannotClose, ClosingRequest

log = logging.getLogger(__name__)

Answers = dict[int, Closure | CannotClose]


class ClosingFailed(CannotClose):
    """Something is wrong with the subscription itself; the log says what."""


def close_apart(
    requests: Mapping[int, ClosingRequest], *, actor: Actor, at: datetime.datetime, today: datetime.date, catalogue: Catalogue
) -> Answers:
    """Close the orders as `close_orders` does; one that fails is told by ClosingFailed and does not stop the others.

    Call it in a transaction, with the orders and the money of their customers locked. Raises OperationalError when the database
    is away.
    """

    def close(part: Sequence[int]) -> Answers:
        asked = {key: requests[key] for key in part}
        return close_orders(asked, actor=actor, at=at, today=today, catalogue=catalogue)

    answers: Answers = {}
    for each in in_halves(list(requests), close, _give_up, failing=(Refusal, DatabaseError, *SENSELESS)):
        answers |= each
    return answers


def _give_up(order: int, error: Exception) -> Answers:
    log.warning("Order %s could not be closed", order, exc_info=error)
    words = _("Something is wrong with this subscription, so it was not closed. Try it on its own page.")
    return {order: error if isinstance(error, CannotClose) else ClosingFailed(words)}
