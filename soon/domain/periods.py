"""Billing periods: half-open local dates [start, end), always counted from the anchor, never from the previous period.

So the 31st survives February (31 Jan → 28 Feb → 31 Mar) and the 29th of February comes back every leap year. Every
question is answered by arithmetic on the number of the period, however long the subscription has run.
"""

import datetime
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .errors import DomainError
from .grids import DateOutOfRange, DayGrid, Grid, MonthGrid
from .zones import local_date, start_of_local_day_utc

__all__ = [
    "ANNIVERSARY",
    "CALENDAR",
    "DAY",
    "MONTH",
    "WEEK",
    "YEAR",
    "BillingPeriod",
    "DateOutOfRange",
    "Interval",
    "InvalidSchedule",
    "Period",
    "Schedule",
    "first_paid_day",
    "local_date",
    "start_of_local_day_utc",
]

DAY = "day"
WEEK = "week"
MONTH = "month"
YEAR = "year"
UNITS = (DAY, WEEK, MONTH, YEAR)

ANNIVERSARY = "anniversary"
CALENDAR = "calendar"
ALIGNMENTS = (ANNIVERSARY, CALENDAR)


class InvalidSchedule(DomainError):
    """An interval, alignment, anchor day or date that makes no schedule."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The local dates from `start` up to but without `end`; never empty (InvalidSchedule)."""

    start: datetime.date
    end: datetime.date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidSchedule(f"a period must end after it starts: {self.start} to {self.end}")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> datetime.date:
        """The last day that belongs to it, for sentences that say "from … to …"."""
        return self.end - datetime.timedelta(days=1)

    def holds(self, other: "Period") -> bool:
        """Return whether every day of `other` belongs to it."""
        return self.start <= other.start and other.end <= self.end

    def __contains__(self, day: datetime.date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class BillingPeriod:
    """What is served and billed (`service`), inside the period that the price is for (`whole`)."""

    service: Period
    whole: Period

    def __post_init__(self) -> None:
        if not self.whole.holds(self.service):
            raise InvalidSchedule(f"{self.service} reaches out of its whole period {self.whole}")

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the period is missing, so that the full price is due."""
        return self.service == self.whole

    def between(self, first: datetime.date | None, end: datetime.date | None) -> "BillingPeriod | None":
        """Return its service from `first` up to but without `end` (None: no limit); None if no day is left."""
        start = max(self.service.start, first or self.service.start)
        stop = min(self.service.end, end or self.service.end)
        return BillingPeriod(Period(start, stop), self.whole) if start < stop else None


@dataclass(frozen=True, slots=True)
class Interval:
    """A billing interval: `count` (at least 1) times `unit` ("day", "week", "month", "year"); else InvalidSchedule."""

    unit: str
    count: int = 1

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise InvalidSchedule(f"unit must be one of {', '.join(UNITS)}, not {self.unit!r}")
        if type(self.count) is not int or self.count < 1:
            raise InvalidSchedule(f"count must be a whole number from 1, not {self.count!r}")

    @property
    def months(self) -> int:
        """Its length in months; 0 when it is counted in days or weeks."""
        return {MONTH: 1, YEAR: 12}.get(self.unit, 0) * self.count

    @property
    def days(self) -> int:
        """Its length in days; 0 when it is counted in months or years, which differ in length."""
        return {DAY: 1, WEEK: 7}.get(self.unit, 0) * self.count


@dataclass(frozen=True)
class Schedule:
    """All billing periods of a service that starts on the local date `start_on`.

    Aligned to the *anniversary*, boundaries count from the start. Aligned to the *calendar*, weeks begin on Monday;
    months on the 1st, those of quarters, halves and other parts of a year counted from January; years on 1 January.
    Intervals that the calendar does not define begin with the start: two weeks on the Monday of the start's week, five
    months on the 1st of its month, two years on 1 January of its year, a number of days on the start itself.

    With `anchor_day` (1 to 31, read only for calendar alignment in months and years) they begin on that day of the
    month instead; a short month clamps, the next one returns to the day, a longer interval follows the start's month.
    The first period is cut at the start; its `whole` is known all the same, because the price is for the whole.

    Raises InvalidSchedule for values that make no schedule, DateOutOfRange where a boundary leaves the years 1 to 9999.
    """

    interval: Interval
    start_on: datetime.date
    alignment: str = ANNIVERSARY
    anchor_day: int | None = None

    def __post_init__(self) -> None:
        if self.alignment not in ALIGNMENTS:
            raise InvalidSchedule(f"alignment must be one of {', '.join(ALIGNMENTS)}, not {self.alignment!r}")
        if self.anchor_day is not None and self.anchor_day not in range(1, 32):
            raise InvalidSchedule(f"anchor_day must be a day of the month, not {self.anchor_day!r}")
        if isinstance(self.start_on, datetime.datetime):
            raise InvalidSchedule("start_on is a local date, not a moment")

    @property
    def first(self) -> BillingPeriod:
        """The period that begins on the start; a stub where the start is no boundary."""
        return self.period_containing(self.start_on)

    def period_containing(self, day: datetime.date) -> BillingPeriod:
        """Return the period that the local date `day` belongs to; raise InvalidSchedule before the start."""
        if day < self.start_on:
            raise InvalidSchedule(f"{day} lies before the start on {self.start_on}")
        found = self._known.get(day)
        if found is None:
            found = self._known[day] = self._period(self._grid.index_of(day))
        return found

    @property
    def rhythm(self) -> Hashable:
        """What its boundaries are made of: schedules of one rhythm have the same periods from the second one on."""
        return self._grid.rhythm

    def next_after(self, period: BillingPeriod) -> BillingPeriod:
        """Return the period that follows the whole of `period`."""
        return self.period_containing(period.whole.end)

    def periods_from(self, day: datetime.date) -> Iterator[BillingPeriod]:
        """Yield the period of the local date `day` and all that follow, up to DateOutOfRange after year 9999."""
        index = self._grid.index_of(self.period_containing(day).service.start)
        while True:
            yield self._period(index)
            index += 1

    def _period(self, index: int) -> BillingPeriod:
        whole = Period(self._grid.boundary(index), self._grid.boundary(index + 1))
        return BillingPeriod(Period(max(whole.start, self.start_on), whole.end), whole)

    @cached_property
    def _known(self) -> dict[datetime.date, BillingPeriod]:
        """The periods asked for so far, by day: subscriptions of one start share a schedule, and all ask for the same few."""
        return {}

    @cached_property
    def _grid(self) -> Grid:
        if self.interval.days:
            return DayGrid(self._origin_of_days, self.interval.days)
        month, day = self._origin_of_months
        return MonthGrid(month, day, self.interval.months)

    @property
    def _origin_of_days(self) -> int:
        ordinal = self.start_on.toordinal()
        if self.alignment == CALENDAR and self.interval.unit == WEEK:
            return ordinal - self.start_on.weekday()
        return ordinal

    @property
    def _origin_of_months(self) -> tuple[int, int]:
        """Number of the month and day of the month from which boundaries are counted."""
        month = MonthGrid.month_of(self.start_on)
        if self.alignment == ANNIVERSARY:
            return month, self.start_on.day
        if self.anchor_day is not None:
            return month, self.anchor_day
        length = self.interval.months
        divides_the_years = 12 % length == 0 or length % 12 == 0
        return (month - month % min(length, 12) if divides_the_years else month), 1


def first_paid_day(start_on: datetime.date, trial_days: int) -> datetime.date:
    """Return the local date on which the schedule of a subscription starts after `trial_days` free days (0 for none).

    Raises InvalidSchedule for a negative number, DateOutOfRange after year 9999.
    """
    if type(trial_days) is not int or trial_days < 0:
        raise InvalidSchedule(f"trial days are a whole number from 0, not {trial_days!r}")
    try:
        return start_on + datetime.timedelta(days=trial_days)
    except OverflowError:
        raise DateOutOfRange(f"a trial of {trial_days} days from {start_on} ends after year 9999") from None
