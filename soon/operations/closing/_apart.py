"""Closing a batch in which one order may be beyond help: all at once, or, when something is wrong with one, all others."""

import datetime
import logging
from collections.abc import Mapping

from django.db import DatabaseError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Closure
from soon.operations.billing._compute import SENSELESS
from soon.operations.billing._read import Catalogue
from soon.operations.refusal import Refusal

from ._close import close_orders
from ._request import CannotClose, ClosingRequest

log = logging.getLogger(__name__)


class ClosingFailed(CannotClose):
    """Something is wrong with the subscription itself; the log says what."""


def close_apart(
    requests: Mapping[int, ClosingRequest], *, actor: Actor, at: datetime.datetime, today: datetime.date, catalogue: Catalogue
) -> dict[int, Closure | CannotClose]:
    """Close the orders as `close_orders` does; one that fails is told by ClosingFailed and does not stop the others.

    Call it in a transaction, with the orders and the money of their customers locked. Raises OperationalError when the database
    is away.
    """
    try:
        with transaction.atomic():
            return close_orders(requests, actor=actor, at=at, today=today, catalogue=catalogue)
    except OperationalError:
        raise
    except (Refusal, DatabaseError, *SENSELESS) as error:
        keys = list(requests)
        if len(keys) == 1:
            log.warning("Order %s could not be closed", keys[0], exc_info=error)
            words = _("Something is wrong with this subscription, so it was not closed. Try it on its own page.")
            return {keys[0]: error if isinstance(error, CannotClose) else ClosingFailed(words)}
    middle = len(keys) // 2
    answers: dict[int, Closure | CannotClose] = {}
    for part in (keys[:middle], keys[middle:]):
        asked = {key: requests[key] for key in part}
        answers |= close_apart(asked, actor=actor, at=at, today=today, catalogue=catalogue)
    return answers
