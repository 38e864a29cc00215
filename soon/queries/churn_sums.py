"""Closings added up in several ways by one walk through them."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet, Sum

from soon.models import Closure

Values = Mapping[str, Any]
By = tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """How many closings, and the monthly revenue lost with them in millionths of the minor unit."""

    count: int = 0
    lost: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.count + other.count, self.lost + other.lost)


def figure_of(values: Values) -> Figure:
    """Return what was added up for a group."""
    return Figure(values["how_many"], values["lost"] or 0)


def summed(rows: QuerySet[Closure], *by: str) -> Sequence[Values]:
    """Return how many closings there are for each value of `by`, and what was lost with them; see `figure_of`."""
    return list(rows.values(*by).annotate(how_many=Count("*"), lost=Sum("lost_mrr_micro")))


def summed_in_ways(rows: QuerySet[Closure], *ways: By) -> Sequence[Sequence[Values]]:
    """Return `summed` for each of `ways`; PostgreSQL walks through the closings once for all of them."""
    if connection.vendor != "postgresql":
        return [summed(rows, *way) for way in ways]
    names = list(dict.fromkeys(name for way in ways for name in way))
    try:
        each, params = rows.values_list(*names, "lost_mrr_micro").query.sql_with_params()
    except EmptyResultSet:
        # Whoever sees no orders at all.
        return [[] for _ in ways]
    columns = [f"f{place}" for place in range(len(names))]
    place_of = dict(zip(names, columns, strict=True))
    sets = ", ".join("(" + ", ".join(place_of[name] for name in way) + ")" for way in ways)
    # The bits of GROUPING say by which columns a row is not grouped.
    statement = (
        f"SELECT grouping({', '.join(columns)}), count(*), sum(lost), {', '.join(columns)} "  # noqa: S608 - our own names only
        f"FROM ({each}) AS closing ({', '.join(columns)}, lost) GROUP BY GROUPING SETS ({sets})"
    )
    grouped_by = {_bits(names, way): way for way in ways}
    found: dict[int, list[Values]] = {bits: [] for bits in grouped_by}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        for bits, how_many, lost, *values in cursor.fetchall():
            told = {name: _read(name, value) for name, value in zip(names, values, strict=True) if name in grouped_by[bits]}
            found[bits].append(told | {"how_many": how_many, "lost": int(lost)})
    return [found[_bits(names, way)] for way in ways]


def _bits(names: Sequence[str], way: By) -> int:
    return sum(1 << place for place, name in enumerate(reversed(names)) if name not in way)


def _read(name: str, value: Any) -> Any:
    """Return what the database answered as the ORM does: lists as lists, and the beginning of a month as a day."""
    if name == "signs" and isinstance(value, str):
        return json.loads(value)
    return value.date() if isinstance(value, datetime.datetime) else value
