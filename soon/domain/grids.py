"""Endless rows of boundaries, numbered from an origin: the arithmetic below `periods`."""

import calendar
import datetime
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from .errors import DomainError


class DateOutOfRange(DomainError):
    """A date before year 1 or after year 9999, which neither Python nor the databases can hold."""


class Grid(Protocol):
    """Boundaries numbered …, −1, 0, 1, …; number 0 is the origin's."""

    def boundary(self, index: int) -> datetime.date:
        """Return boundary number `index`; raise DateOutOfRange outside the years 1 to 9999."""

    def index_of(self, day: datetime.date) -> int:
        """Return the number of the last boundary on or before `day`."""

    @property
    def rhythm(self) -> Hashable:
        """What the boundaries are made of, whatever number they carry: grids of one rhythm have the same ones."""


@dataclass(frozen=True)
class DayGrid:
    """A boundary every `step` days, counted from the proleptic ordinal `origin`."""

    origin: int
    step: int

    def boundary(self, index: int) -> datetime.date:
        """See Grid."""
        ordinal = self.origin + index * self.step
        if not 1 <= ordinal <= datetime.date.max.toordinal():
            raise DateOutOfRange(f"day {ordinal} lies outside the years 1 to 9999")
        return datetime.date.fromordinal(ordinal)

    def index_of(self, day: datetime.date) -> int:
        """See Grid."""
        return (day.toordinal() - self.origin) // self.step

    @property
    def rhythm(self) -> Hashable:
        """See Grid."""
        return (self.origin % self.step, self.step)


@dataclass(frozen=True)
class MonthGrid:
    """A boundary every `step` months from month number `origin`, on `day` or the last day of a shorter month."""

    origin: int
    day: int
    step: int

    @staticmethod
    def month_of(day: datetime.date) -> int:
        """Return the number of the month of `day`; Januaries are the multiples of twelve."""
        return day.year * 12 + day.month - 1

    def boundary(self, index: int) -> datetime.date:
        """See Grid."""
        year, month = divmod(self.origin + index * self.step, 12)
        if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
            raise DateOutOfRange(f"year {year} lies outside the years 1 to 9999")
        return datetime.date(year, month + 1, min(self.day, calendar.monthrange(year, month + 1)[1]))

    def index_of(self, day: datetime.date) -> int:
        """See Grid."""
        index = (self.month_of(day) - self.origin) // self.step
        # In the boundary's own month the day decides.
        return index if self.boundary(index) <= day else index - 1

    @property
    def rhythm(self) -> Hashable:
        """See Grid."""
        return (self.origin % self.step, self.step, self.day)
