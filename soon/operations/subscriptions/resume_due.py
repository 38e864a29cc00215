"""Resuming subscriptions whose pause is over by its own word, after their customers were told in time."""

import datetime
import logging
from collections.abc import Callable, Collection

from django.db import DatabaseError, OperationalError, transaction

from soon.activity.actor import system
from soon.models import Order
from soon.operations.billing._compute import SENSELESS
from soon.queries.pauses import pause_of, to_resume

from ._end_pause import CannotResume, end_pause

log = logging.getLogger(__name__)


def resume_due(
    *, today: datetime.date, clock: Callable[[], datetime.datetime], time_zones: Collection[str] | None = None
) -> int:
    """Resume every paused order that was to go on on or before the local date `today`; return how many.

    Only those whose customers were told early enough (announce_pause_ends). They go on from `today`, also where that is late:
    days on which they stayed paused are never billed. Each is a transaction of its own, and one that fails stops no other.
    Raises OperationalError when the database is away.
    """
    pauses = to_resume(today)
    if time_zones is not None:
        pauses = pauses.filter(order__time_zone__in=time_zones)
    resumed = 0
    for key in list(pauses.order_by("resumes_on", "pk").values_list("order", flat=True)):
        try:
            resumed += _resume(key, today, clock())
        except OperationalError:
            raise
        except (DatabaseError, *SENSELESS):
            log.exception("Order %s could not be resumed", key)
    return resumed


def _resume(key: int, today: datetime.date, at: datetime.datetime) -> bool:
    try:
        return _resume_locked(key, today, at)
    except CannotResume:
        # Its end came first; ending it is another sweep's work.
        return False


@transaction.atomic
def _resume_locked(key: int, today: datetime.date, at: datetime.datetime) -> bool:
    order = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=key)
    # Asked again under the lock: somebody may have ended it or changed its end meanwhile.
    pause = pause_of(order)
    if pause is None or not to_resume(today).filter(pk=pause.pk).exists():
        return False
    end_pause(order, actor=system(), at=at, today=today)
    return True
