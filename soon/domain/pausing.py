"""Pausing: from a day on nothing is served and nothing billed, until a day on which it goes on. The anchor stays.

Days are local dates. A pause that ends by itself does so only when its customer was told NOTICE_DAYS before.
"""

import datetime
from dataclasses import replace

from .agreements import Agreement, CannotChange, Changed, in_order_of, put_in, take_out

# A week: whoever is away for some days still reads it before anything is billed again.
NOTICE_DAYS = 7
_NOTICE = datetime.timedelta(days=NOTICE_DAYS)


def notice_due_on(resumes_on: datetime.date) -> datetime.date:
    """Return the day on which a customer is to be told that their subscription goes on from `resumes_on`."""
    return resumes_on - _NOTICE


def goes_on_after_notice(resumes_on: datetime.date, told_on: datetime.date) -> datetime.date:
    """Return the day on which a subscription goes on whose customer is told on `told_on`: later than agreed if told late."""
    return max(resumes_on, told_on + _NOTICE)


def last_day_told_in_time(today: datetime.date) -> datetime.date:
    """Return the last day of telling after which a subscription may go on `today`."""
    return today - _NOTICE


def pause(agreement: Agreement, on: datetime.date) -> Changed:
    """Return the agreement paused from `on`, a day no longer served: what was billed beyond it is given back.

    In arrears what is owed up to it is charged. Raises CannotChange.
    """
    if agreement.is_paused:
        raise CannotChange("it is paused already")
    if not agreement.serves_on(on):
        raise CannotChange(f"the subscription ends on {agreement.terms.ends_on}")
    keys = [line.key for line in agreement.lines if line.is_recurring]
    stopped, settlement = take_out(agreement, keys, on)
    # Nothing counts as billed beyond the day, because it was given back.
    lines = tuple(
        replace(line, billed_until=min(line.billed_until, on)) if line.is_recurring and line.billed_until else line
        for line in agreement.lines
    )
    return Changed(replace(stopped, lines=lines, is_paused=True), settlement)


def resume(agreement: Agreement, on: datetime.date) -> Changed:
    """Return the agreement going on from `on`, a day that is served and billed; in advance the rest of its period at once.

    The days in between stay unbilled. Raises CannotChange.
    """
    if not agreement.is_paused:
        raise CannotChange("it is not paused")
    if not agreement.serves_on(on):
        raise CannotChange(f"the subscription ends on {agreement.terms.ends_on}")
    recurring = [line for line in agreement.lines if line.is_recurring]
    once = tuple(line for line in agreement.lines if not line.is_recurring)
    changed, settlement = put_in(replace(agreement, lines=once, is_paused=False), recurring, on)
    return Changed(in_order_of(agreement, changed), settlement)
