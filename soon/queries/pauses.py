"""Pauses that end by themselves: whose customers are to be told, and which are over."""

import datetime

from django.db.models import F, Max, Q, QuerySet

from soon.domain import lifecycle
from soon.domain.pausing import NOTICE_DAYS, goes_on_after_notice, last_day_told_in_time
from soon.models import Order, Pause


def pause_of(order: Order) -> Pause | None:
    """Return the pause that `order` is in; None where it is not paused."""
    if order.state != lifecycle.PAUSED:
        return None
    return Pause.objects.filter(order=order, reopening=order.times_reopened, resumed_on=None).first()


def pause_ends_on(order: Order, today: datetime.date) -> datetime.date | None:
    """Return the local date after `today` from which the paused `order` is served again by itself; None where it is not.

    Only after the customer was told, and so much later where that is late.
    """
    pause = pause_of(order)
    if pause is None or pause.resumes_on is None:
        return None
    if pause.notice_sent_on is None:
        return goes_on_after_notice(pause.resumes_on, today) if order.customer.email else None
    return max(pause.resumes_on, today + datetime.timedelta(days=1))


def last_went_on_on(order: Order) -> datetime.date | None:
    """Return the local date from which `order` was served again after it was last reopened or resumed; None if it never was."""
    if not order.times_reopened:
        return None
    reopened = order.closures.aggregate(last=Max("reopened_on"))["last"]
    resumed = order.pauses.aggregate(last=Max("resumed_on"))["last"]
    return max((day for day in (reopened, resumed) if day), default=None)


def with_an_end(today: datetime.date) -> QuerySet[Pause]:
    """Return the pauses that orders are in and that end within the days of notice from the local date `today`, or earlier."""
    last_on = today + datetime.timedelta(days=NOTICE_DAYS)
    still = {"resumed_on": None, "order__state": lifecycle.PAUSED, "order__times_reopened": F("reopening")}
    return Pause.objects.filter(resumes_on__lte=last_on, **still)


def to_announce(today: datetime.date) -> QuerySet[Pause]:
    """Return those of whose end the customer is to be told on the local date `today`; nobody without an e-mail address."""
    goes_on = Q(order__ends_on=None) | Q(order__ends_on__gt=F("resumes_on"))
    return with_an_end(today).filter(goes_on, notice_sent_at=None).exclude(customer__email="")


def to_resume(today: datetime.date) -> QuerySet[Pause]:
    """Return those that are over on the local date `today`, and of whose end the customer was told in time."""
    goes_on = Q(order__ends_on=None) | Q(order__ends_on__gt=today)
    told = {"notice_sent_on__lte": last_day_told_in_time(today)}
    return with_an_end(today).filter(goes_on, resumes_on__lte=today, **told)
