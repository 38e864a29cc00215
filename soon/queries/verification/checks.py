"""What a check is: a sentence that must be true of many records, and what is found where it is not."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.functional import Promise

# Rows fetched at a time by whatever streams over a table.
CHUNK = 5_000

Text = Promise | str


@dataclass(frozen=True)
class Check:
    """Something that must be true of every record of `looks_at` (a key of LOOKED_AT in themes.py).

    `contradiction` tells one that breaks it, with its facts in braces as in the chatter. A notice is worth knowing, but no
    contradiction.
    """

    code: str
    truth: Text
    contradiction: Text
    looks_at: str
    is_notice: bool = False


@dataclass(frozen=True)
class Finding:
    """A record that breaks a check: what people call it, of which noun and key it is, and the facts of the contradiction.

    `count` says for how many records like it this one stands.
    """

    check: Check
    record: str
    noun: str = ""
    key: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1


@dataclass(frozen=True)
class Moment:
    """When the walk is made; a walk that streams says through `seen` how many records it went on by.

    `wants` says of a check whether its next finding is still told, or only counted, so that nobody need look up its record.
    """

    at: datetime.datetime
    seen: Callable[[int], None] = lambda count: None
    wants: Callable[[Check], bool] = lambda check: True


@dataclass(frozen=True)
class Walk:
    """One way through the records, on which some checks are made together."""

    checks: tuple[Check, ...]
    find: Callable[[Moment], Iterator[Finding]]


@dataclass(frozen=True)
class Theme:
    """Checks that belong together, for readers."""

    title: Text
    walks: tuple[Walk, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks of its walks, in their order."""
        return tuple(check for walk in self.walks for check in walk.checks)


class Rule(NamedTuple):
    """A check that the database can answer: `wrong` says which rows break it, `facts` which of their values tell so."""

    check: Check
    wrong: Q
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Naming:
    """How findings call a row: the noun, and the paths to its key, its name and its currency (none: no money in it)."""

    noun: str
    key: str = "pk"
    record: str = "number"
    currency: str = ""

    @property
    def fields(self) -> set[str]:
        """The paths to read."""
        return {self.key, self.record, self.currency} - {""}


def broken(rows: QuerySet[Any, Any], rules: Sequence[Rule], naming: Naming) -> Iterator[Finding]:
    """Yield a finding for each of `rows` and each of `rules` that it breaks; one query, of which only broken rows come back."""
    flags = {f"breaks_{rule.check.code}": ExpressionWrapper(rule.wrong, BooleanField()) for rule in rules}
    fields = naming.fields | {name for rule in rules for name in rule.facts}
    wrong = rows.filter(reduce(or_, (rule.wrong for rule in rules))).annotate(**flags)
    for row in wrong.values(*sorted(fields), *flags).iterator(CHUNK):
        for rule in rules:
            if row[f"breaks_{rule.check.code}"]:
                currency = row[naming.currency] if naming.currency else ""
                told = {name.rsplit("__", 1)[-1]: fact(name, row[name], currency) for name in rule.facts}
                yield Finding(rule.check, str(row[naming.record]), naming.noun, row[naming.key], told)


def fact(name: str, value: Any, currency: str = "") -> Any:
    """Return a value as chatter facts hold it (activity/facts.py): money by its name, dates in ISO 8601."""
    if name.endswith("_minor") and value is not None:
        return {"minor": int(value), "currency": currency}
    return value.isoformat() if isinstance(value, datetime.date | datetime.datetime) else value
