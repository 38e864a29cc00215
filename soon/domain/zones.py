"""Instants and local dates: an instant becomes a date once, in the time zone of the subscription."""

import datetime
from zoneinfo import ZoneInfo

from .errors import DomainError
from .grids import DateOutOfRange


class UnknownTimeZone(DomainError):
    """A name that is not in the IANA time zone database."""


class NotAnInstant(DomainError):
    """A date and time without offset, which can mean two dozen instants."""


def local_date(instant_utc: datetime.datetime, tz_name: str) -> datetime.date:
    """Return the calendar day of an aware `instant_utc` in the IANA zone `tz_name`.

    Raises NotAnInstant for a naive value, UnknownTimeZone, and DateOutOfRange at the ends of the calendar.
    """
    if instant_utc.tzinfo is None:
        raise NotAnInstant(f"{instant_utc} has no offset")
    try:
        return instant_utc.astimezone(_zone(tz_name)).date()
    except OverflowError:
        raise DateOutOfRange(f"{instant_utc} lies outside the years 1 to 9999 in {tz_name}") from None


def start_of_local_day_utc(day: datetime.date, tz_name: str) -> datetime.datetime:
    """Return the instant (aware, UTC) at which the local date `day` begins in the IANA zone `tz_name`.

    Where clocks skip midnight, that is the first instant after the gap; where midnight comes twice, the first one.
    Raises UnknownTimeZone, and DateOutOfRange at the ends of the calendar.
    """
    midnight = datetime.datetime.combine(day, datetime.time(), _zone(tz_name))
    try:
        # For a midnight that does not exist, the offset before the gap (fold=0) gives the instant of the change.
        return midnight.astimezone(datetime.UTC)
    except OverflowError:
        raise DateOutOfRange(f"{day} in {tz_name} lies outside the years 1 to 9999 in UTC") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        # A folder of the database raises an OSError, a path that leaves it a ValueError.
        raise UnknownTimeZone(f"unknown time zone: {name!r}") from None
