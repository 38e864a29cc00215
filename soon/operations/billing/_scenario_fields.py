"""Reading one field of a scenario at a time; whatever is wrong is said with the name of the field."""

import datetime
import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from soon.domain.errors import DomainError
from soon.domain.money import to_minor
from soon.domain.zones import local_date, start_of_local_day_utc

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,20}Z")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


class SenselessScenario(DomainError):
    """A scenario that cannot be simulated: "<field>: <what is wrong>"."""


class Fields:
    """An object of a scenario, `path` being where it stands: "" for the whole, "items[0]" for a part.

    Every reader raises SenselessScenario with the field's full name. A `default` makes a field optional.
    """

    def __init__(self, value: object, path: str, known: Collection[str]) -> None:
        if not isinstance(value, dict):
            raise SenselessScenario(f"{path or 'scenario'}: must be an object")
        self._path = path
        self._values: dict[str, object] = {name: given for name, given in value.items() if given is not None}
        for name in self._values:
            if name not in known:
                raise self.wrong(str(name)[:40], "unknown field")

    def wrong(self, name: str, what: object) -> SenselessScenario:
        """Return the error that says `what` is wrong with the field `name`."""
        return SenselessScenario(f"{self._full(name)}: {what}")

    def has(self, name: str) -> bool:
        """Return whether the field is given; null is the same as not given."""
        return name in self._values

    def raw(self, name: str) -> object:
        """Return whatever stands there, None if nothing does."""
        return self._values.get(name)

    def word(self, name: str, choices: Sequence[str] | None = None, default: str | None = None) -> str:
        """Return a text, one of `choices` if they are given."""
        value = self._given(name, default)
        if not isinstance(value, str) or (choices and value not in choices):
            what = f"one of {', '.join(choices)}" if choices else "a text"
            raise self.wrong(name, f"must be {what}, not {shown(value)}")
        return value

    def whole(self, name: str, lowest: int, highest: int, default: int | None = None) -> int:
        """Return a whole number from `lowest` to `highest`."""
        value = self._given(name, default)
        if type(value) is not int or not lowest <= value <= highest:
            raise self.wrong(name, f"must be a whole number from {lowest} to {highest}, not {shown(value)}")
        return value

    def quantity(self, name: str, default: str | None = None) -> Decimal:
        """Return a number above 0, written as a text or number with up to 9 digits before and 6 after the point."""
        value = self.number(name, default)
        if value <= 0:
            raise self.wrong(name, f"must be above 0, not {value}")
        return value

    def number(self, name: str, default: str | None = None) -> Decimal:
        """Return a number from 0."""
        value = self._given(name, default)
        text = _machine_text(value)
        if not _NUMBER.fullmatch(text):
            raise self.wrong(name, f"must be a number from 0, not {shown(value)}")
        return Decimal(text)

    def amount(self, name: str, currency: str) -> int:
        """Return an amount from 0 in minor units of `currency`."""
        value = self._given(name)
        try:
            minor = to_minor(_machine_text(value), currency)
        except DomainError as error:
            raise self.wrong(name, error) from None
        if minor < 0:
            raise self.wrong(name, f"must not be negative: {shown(value)}")
        return minor

    def day(self, name: str, time_zone: str) -> datetime.date:
        """Return a local date of the years 2 to 9998; an instant ending in Z becomes one in `time_zone`."""
        value = self._given(name)
        try:
            day = _local_day(value, time_zone) if isinstance(value, str) else None
        except ValueError as error:
            raise self.wrong(name, error) from None
        if day is None:
            raise self.wrong(name, f"must be a date like 2026-11-23 or an instant ending in Z, not {shown(value)}")
        # Every day has a day before and a day after.
        if not datetime.MINYEAR < day.year < datetime.MAXYEAR:
            raise self.wrong(name, f"must lie in the years 2 to 9998, not {day}")
        return day

    def time_zone(self, name: str, default: str) -> str:
        """Return the name of an IANA time zone."""
        value = self.word(name, default=default)
        try:
            start_of_local_day_utc(datetime.date(2000, 1, 1), value)
        except DomainError as error:
            raise self.wrong(name, str(error)[:200]) from None
        return value

    def rows(self, name: str, most: int) -> list[tuple[str, Any]]:
        """Return the elements of a list, each with its path; none if it is not given."""
        value = self._given(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, f"must be a list, not {shown(value)}")
        if len(value) > most:
            raise self.wrong(name, f"at most {most}, not {len(value)}")
        return [(self._full(f"{name}[{place}]"), element) for place, element in enumerate(value)]

    def _full(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _given(self, name: str, default: Any = None) -> Any:
        value = self._values.get(name, default)
        if value is None:
            raise self.wrong(name, "is missing")
        return value


def shown(value: object) -> str:
    """Return how a value that was refused is shown: short, whatever it is."""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 50 else f"{text[:50]}…"


def _local_day(text: str, time_zone: str) -> datetime.date | None:
    """Return the local date of a date or an instant, None for whatever else; ValueError for a day that no calendar has."""
    if _DAY.fullmatch(text):
        return datetime.date.fromisoformat(text)
    return local_date(datetime.datetime.fromisoformat(text), time_zone) if _INSTANT.fullmatch(text) else None


def _machine_text(value: object) -> str:
    """Return a text as it is, a number in plain notation; whatever else is no number."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= 40:
        return f"{value:f}"
    return "?"
