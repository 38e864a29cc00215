"""Dimensions: by what a list can be grouped and narrowed. A value of a dimension is a short text in the address."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from soon import formatting
from soon.domain.zones import start_of_local_day_utc

NONE = "none"
LARGEST_ID = 2**63 - 1
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_ID = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True)
class Dimension:
    """`field` is what the database groups by. `order`: "count" (most first), "value" or "-value"."""

    key: str
    label: Promise | str
    field: str
    order: str = "count"

    def prepare(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return `rows` with whatever `fields` name."""
        return rows

    @property
    def fields(self) -> tuple[str, ...]:
        """What is read for each group, the field that makes the group first."""
        return (self.field,)

    def key_of(self, values: Mapping[str, Any]) -> str:
        """Return the value as the address writes it, from the `fields` of a group."""
        value = values[self.fields[0]]
        return NONE if value in (None, "") else str(value)

    def text_of(self, values: Mapping[str, Any]) -> str:
        """Return the value as readers see it."""
        return self.text_for(self.key_of(values))

    def text_for(self, key: str) -> str:
        """Return the value as readers see it, from what the address says."""
        return _("None") if key == NONE else key

    def condition(self, key: str) -> Q | None:
        """Return which rows have the value; None for something that cannot be a value."""
        if key == NONE:
            return Q(**{f"{self.field}__isnull": True}) | Q(**{self.field: ""})
        return Q(**{self.field: key})

    def rank(self, key: str) -> int:
        """Return the place among groups that the database brought in no particular order."""
        return 0


@dataclass(frozen=True)
class ChoiceDimension(Dimension):
    """A field with few fixed values, each with its words; shown in their order."""

    choices: Sequence[tuple[str, Any]] = ()

    def text_for(self, key: str) -> str:
        return str(dict(self.choices)[key]) if key in dict(self.choices) else super().text_for(key)

    def condition(self, key: str) -> Q | None:
        return None if self.choices and key not in dict(self.choices) else super().condition(key)

    def rank(self, key: str) -> int:
        keys = [value for value, _label in self.choices]
        return keys.index(key) if key in keys else len(keys)


@dataclass(frozen=True)
class RecordDimension(Dimension):
    """A foreign key; `names` are the fields of its name, two for a name in both languages (Vietnamese first)."""

    model: type[Model] | None = None
    names: tuple[str, ...] = ("name",)

    @property
    def fields(self) -> tuple[str, ...]:
        return (f"{self.field}_id", *(f"{self.field}__{name}" for name in self.names))

    def text_of(self, values: Mapping[str, Any]) -> str:
        return self._named([values[field] for field in self.fields[1:]]) or _("None")

    def text_for(self, key: str) -> str:
        if key == NONE or self.model is None:
            return _("None")
        found = self.model._default_manager.filter(pk=key).values_list(*self.names).first()
        return self._named(found or ()) or key

    def condition(self, key: str) -> Q | None:
        if key == NONE:
            return Q(**{f"{self.field}__isnull": True})
        return Q(**{f"{self.field}_id": int(key)}) if is_id(key) else None

    def _named(self, names: Sequence[str | None]) -> str:
        given = [name or "" for name in names]
        if len(given) == 2 and (get_language() or "").startswith("en"):
            given.reverse()
        return next((name for name in given if name), "")


@dataclass(frozen=True)
class MonthDimension(Dimension):
    """The month of a day; where the field `is_moment`, as people in the active time zone count. Newest first."""

    order: str = "-value"
    is_moment: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return (f"{self.key}_begins",)

    def prepare(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        prepared: QuerySet[Any] = rows.annotate(**{self.fields[0]: TruncMonth(self.field)})
        return prepared

    def key_of(self, values: Mapping[str, Any]) -> str:
        begins = values[self.fields[0]]
        return begins.strftime("%Y-%m") if begins else NONE

    def text_for(self, key: str) -> str:
        month = month_of(key)
        return formatting.month(month) if month else _("None")

    def condition(self, key: str) -> Q | None:
        if key == NONE:
            return Q(**{f"{self.field}__isnull": True})
        begins = month_of(key)
        if begins is None:
            return None
        after = (begins + datetime.timedelta(days=31)).replace(day=1)
        return Q(**{f"{self.field}__gte": self._edge(begins), f"{self.field}__lt": self._edge(after)})

    def _edge(self, day: datetime.date) -> datetime.date:
        return start_of_local_day_utc(day, timezone.get_current_timezone_name()) if self.is_moment else day


def is_id(text: str) -> bool:
    """Return whether `text` can be the id of a record."""
    return bool(_ID.fullmatch(text)) and int(text) <= LARGEST_ID


def month_of(text: str) -> datetime.date | None:
    """Return the first day of the month "2026-03"; None for anything else."""
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= 9000:
        return None
    return datetime.date(int(found[1]), int(found[2]), 1)
