"""Dimensions that narrow by an edge instead of a value: from the beginning of a month on, or until the end of one."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from .dimensions import NONE, MonthDimension, month_of


def month_after(begins: datetime.date) -> datetime.date:
    """Return the first day of the month after the one that `begins`."""
    return (begins + datetime.timedelta(days=31)).replace(day=1)


@dataclass(frozen=True)
class SinceMonth(MonthDimension):
    """The day lies in the month or later."""

    def condition(self, key: str) -> Q | None:
        begins = month_of(key)
        return None if begins is None or key == NONE else Q(**{f"{self.field}__gte": self._edge(begins)})


@dataclass(frozen=True)
class UntilMonth(MonthDimension):
    """The day lies in the month or earlier."""

    def condition(self, key: str) -> Q | None:
        begins = month_of(key)
        return None if begins is None or key == NONE else Q(**{f"{self.field}__lt": self._edge(month_after(begins))})
