"""Telling customers that their pauses end, before they do: without this letter no pause ends by itself."""

import datetime
import logging
from collections.abc import Callable, Collection

from django.db import DatabaseError, OperationalError, transaction

from soon.activity.actor import system
from soon.domain.pausing import goes_on_after_notice
from soon.models import Order
from soon.queries.pauses import pause_of, to_announce

from ._tell_of_pause import tell_of_end_to_come

log = logging.getLogger(__name__)


def announce_pause_ends(
    *, today: datetime.date, clock: Callable[[], datetime.datetime], time_zones: Collection[str] | None = None
) -> int:
    """Queue a letter for every pause that is to end within the days of notice from the local date `today`; return how many.

    Where that is later than it should have been, the pause ends so much later, which is the day that the letter names.
    Customers without an e-mail address cannot be told; their pauses stay until somebody ends them. Each is a transaction of
    its own, and one that fails stops no other. Raises OperationalError when the database is away.
    """
    pauses = to_announce(today)
    if time_zones is not None:
        pauses = pauses.filter(order__time_zone__in=time_zones)
    announced = 0
    for key in list(pauses.order_by("resumes_on", "pk").values_list("order", flat=True)):
        try:
            announced += _announce(key, today, clock())
        except OperationalError:
            raise
        except DatabaseError:
            log.exception("The end of the pause of order %s could not be announced", key)
    return announced


@transaction.atomic
def _announce(key: int, today: datetime.date, at: datetime.datetime) -> bool:
    order = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=key)
    # Asked again under the lock: somebody may have ended it, changed its end or announced it meanwhile.
    pause = pause_of(order)
    if pause is None or not to_announce(today).filter(pk=pause.pk).exists() or pause.resumes_on is None:
        return False
    goes_on_on = goes_on_after_notice(pause.resumes_on, today)
    if order.ends_on and order.ends_on <= goes_on_on:
        # It ends before it could go on.
        return False
    pause.resumes_on, pause.notice_sent_on, pause.notice_sent_at = goes_on_on, today, at
    pause.save(update_fields=["resumes_on", "notice_sent_on", "notice_sent_at"])
    tell_of_end_to_come(order, pause, actor=system(), at=at)
    return True
