"""The days on which a subscription may end: notice, minimum term and billing period, and why it is no earlier day.

All days are local dates; an end is exclusive, the first day no longer served.
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from .billing import Terms
from .closing import first_day_not_served
from .periods import Interval, Schedule

ANY_TIME = "any_time"
# Days by name. Of these END_OF_PERIOD is also what a plan may keep its customers to.
TODAY = "today"
EARLIEST = "earliest"
END_OF_PERIOD = "end_of_period"
CHOSEN = "chosen"


class Why(StrEnum):
    """What keeps a subscription from ending any earlier."""

    TODAY = "today"
    NOTICE = "notice"
    MINIMUM_TERM = "minimum_term"
    PERIOD = "period"
    TRIAL = "trial"
    NOT_BEGUN = "not_begun"
    FIXED_END = "fixed_end"


@dataclass(frozen=True, slots=True)
class ClosingTerms:
    """What was agreed about leaving: days of notice, months that are the least, and whether periods are served to their end."""

    notice_days: int = 0
    minimum_months: int = 0
    closable_at: str = ANY_TIME
    today_is_served: bool = True


@dataclass(frozen=True, slots=True)
class EarliestEnd:
    """The earliest end that is allowed, and the last rule that moved it there."""

    ends_on: datetime.date
    why: Why

    @property
    def last_day_on(self) -> datetime.date:
        """The last day of service, as people say it."""
        return self.ends_on - datetime.timedelta(days=1)


def earliest_end(
    agreed: ClosingTerms,
    billing: Terms,
    *,
    today: datetime.date,
    start_on: datetime.date | None,
    paid_until: datetime.date | None,
) -> EarliestEnd:
    """Return the earliest end of a subscription that is closed `today`.

    Notice counts from today, the minimum term from `start_on`; a subscription that has not begun ends where it starts, whatever
    was agreed. Where periods are served to their end, the end is the first boundary on or after all that; `paid_until` is the
    end of what was billed already, which is such a boundary too. Nothing of it keeps a subscription beyond its fixed end.
    """
    if start_on and today < start_on:
        return EarliestEnd(start_on, Why.NOT_BEGUN)
    stopped_today = EarliestEnd(first_day_not_served(today, today_is_served=agreed.today_is_served), Why.TODAY)
    found = stopped_today
    if agreed.notice_days:
        found = _later(found, today + datetime.timedelta(days=agreed.notice_days), Why.NOTICE)
    if agreed.minimum_months and start_on:
        found = _later(found, Schedule(Interval("month", agreed.minimum_months), start_on).first.service.end, Why.MINIMUM_TERM)
    if agreed.closable_at == END_OF_PERIOD:
        why = Why.TRIAL if is_in_trial(billing, found.ends_on, start_on) else Why.PERIOD
        found = _later(found, end_of_period(billing, found.ends_on, paid_until, start_on=start_on), why)
    if billing.ends_on and found.ends_on > billing.ends_on:
        return _later(stopped_today, billing.ends_on, Why.FIXED_END)
    return found


def possible_end(
    agreed: ClosingTerms,
    billing: Terms,
    wanted: datetime.date,
    *,
    found: EarliestEnd,
    start_on: datetime.date | None,
    paid_until: datetime.date | None,
) -> datetime.date:
    """Return the first end on or after `wanted` that is allowed where `found` is the earliest one.

    Periods that are served to their end are so whenever it ends, not only as early as possible. Raises DateOutOfRange.
    """
    end = max(wanted, found.ends_on)
    is_any_day = agreed.closable_at != END_OF_PERIOD or end in (found.ends_on, paid_until)
    return end if is_any_day else end_of_period(billing, end, paid_until, start_on=start_on)


def is_in_trial(billing: Terms, on: datetime.date, start_on: datetime.date | None) -> bool:
    """Return whether a subscription from `start_on` that ends `on` a day has nothing served but its free trial."""
    schedule = billing.schedule
    return schedule is not None and start_on is not None and start_on < schedule.start_on and on <= schedule.start_on


def end_of_period(
    billing: Terms, on: datetime.date, paid_until: datetime.date | None, *, start_on: datetime.date | None = None
) -> datetime.date:
    """Return the first end of a billing period on or after `on`, or the end of what was billed already, if that is later.

    A free trial, from `start_on` up to the first billing period, is a period of its own.
    """
    ends = [on]
    schedule = billing.schedule
    if schedule and is_in_trial(billing, on, start_on):
        ends.append(schedule.start_on)
    elif schedule:
        day_before = max(on - datetime.timedelta(days=1), schedule.start_on)
        ends.append(schedule.period_containing(day_before).service.end)
    if paid_until:
        ends.append(paid_until)
    end = max(ends)
    return min(end, billing.ends_on) if billing.ends_on and billing.ends_on >= on else end


def _later(found: EarliestEnd, day: datetime.date, why: Why) -> EarliestEnd:
    return EarliestEnd(day, why) if day > found.ends_on else found
