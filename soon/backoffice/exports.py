"""Lists as files: exactly the rows and columns that the page shows, group after group where it is grouped."""

from collections.abc import Callable, Generator, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from soon.queries.csv_text import Plain
from soon.queries.listing import Column, ListSpec, ListState, Reader
from soon.queries.listing.grouped import group_of, in_groups
from soon.queries.listing.rows import enriched, ordered
from soon.queries.one_moment import one_moment

from .cells import plain
from .table_files import Head, Table, table_file

BATCH = 1000

_Cell = Callable[[Any], Plain]


def list_file(
    rows: QuerySet[Any], spec: ListSpec, state: ListState, columns: Sequence[Column], reader: Reader, kind: str
) -> HttpResponseBase:
    """Return `rows`, which `state` left, as a file of `kind` "csv" or "xlsx"; a currency stands beside amounts of money.

    Where the list is grouped, the first column is the value of the group.
    """
    columns = with_currency(columns, spec)
    heads = [Head(column.label, column.kind) for column in columns]
    if not state.group:
        found = ordered(rows, spec, state)
        return table_file(Table(spec.page, spec.title, heads, _rows(found, spec, columns, reader)), kind)
    dimension = spec.dimension_of[state.group]
    found = in_groups(rows, spec, state, columns)
    first: _Cell = lambda row: group_of(row, dimension)  # noqa: E731 - one of the cells
    table = Table(spec.page, spec.title, [Head(dimension.label), *heads], _rows(found, spec, columns, reader, first))
    return table_file(table, kind)


def with_currency(columns: Sequence[Column], spec: ListSpec) -> list[Column]:
    """Return `columns`, with the currency at the end if there is money without it."""
    has_money = any(column.kind in ("money", "mrr") for column in columns)
    if not (spec.currency and has_money) or any(column.key == "currency" for column in columns):
        return list(columns)
    return [*columns, Column("currency", _("Currency"), spec.currency.replace("__", "."))]


def _rows(
    found: QuerySet[Any], spec: ListSpec, columns: Sequence[Column], reader: Reader, *first: _Cell
) -> Generator[list[Plain]]:
    """Yield the cells of each row, a thousand rows in memory at a time, all as the database stood when it began."""
    with one_moment():
        rows = found.iterator(chunk_size=BATCH)
        while batch := list(islice(rows, BATCH)):
            for row in enriched(batch, spec, reader):
                yield [*(cell(row) for cell in first), *(plain(column, row, reader) for column in columns)]
