"""From one month to another, as the addresses of reports write it: first days of months, the earliest first."""

import datetime

from .listing.reach import month_after


def months_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return the first days of the months from `first` to `last`, which are such days and included."""
    months: list[datetime.date] = []
    while first <= last:
        months.append(first)
        first = month_after(first)
    return months


def month_before(begins: datetime.date, months: int = 1) -> datetime.date:
    """Return the first day of the month that lies so many `months` earlier."""
    number = begins.year * 12 + begins.month - 1 - months
    return datetime.date(number // 12, number % 12 + 1, 1)


def written_month(begins: datetime.date) -> str:
    """Return a month as addresses write it: "2026-03"."""
    return f"{begins.year:04}-{begins.month:02}"
