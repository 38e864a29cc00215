"""What a list shows: the rows that its state names, their totals per currency, and groups with sub-totals.

Count and totals are one query, the rows another, the groups a third, however many rows there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Model, Q, QuerySet, Sum

from .dimensions import Dimension
from .spec import ARCHIVED, Column, ListSpec, Reader
from .state import ListState

PAGE_SIZE = 80

# Sums by column and currency.
Sums = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Totals:
    """How many rows the whole list has, and the sums of its columns, by column and currency (most rows first)."""

    count: int
    sums: Sums
    currencies: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Rows that share a value: how many, their sub-totals, and the rows themselves where the group is open."""

    key: str
    text: str
    count: int
    sums: Sums
    is_open: bool = False
    rows: Sequence[Any] = field(default_factory=tuple)


def filtered(rows: QuerySet[Any], spec: ListSpec, state: ListState, reader: Reader) -> QuerySet[Any]:
    """Return those of `rows` that the state's search, filters and values leave, in no order."""
    if state.q and spec.search:
        rows = spec.search(rows, state.q)
    if spec.has_archive and ARCHIVED not in state.filters:
        rows = rows.filter(archived_at=None)
    by_group: dict[str, Q] = {}
    for key in state.filters:
        each = spec.filter_of[key]
        by_group[each.group] = by_group.get(each.group, Q()) | each.condition_for(reader)
    for condition in by_group.values():
        rows = rows.filter(condition)
    for key, value in state.drills:
        condition_or_none = spec.dimension_of[key].condition(value)
        rows = rows.filter(condition_or_none) if condition_or_none is not None else rows
    return rows.order_by()


def ordered(rows: QuerySet[Any], spec: ListSpec, state: ListState) -> QuerySet[Any]:
    """Return `rows` in the order asked for, always the same for equal values, with what the cells need."""
    asked = state.sort or spec.default_sort
    column = spec.column_of.get(asked.removeprefix("-"))
    is_descending = asked.startswith("-")
    terms = [_term(rows.model, each, is_descending) for each in (column.sort if column else ())]
    tie = "-pk" if is_descending or not asked else "pk"
    return rows.order_by(*terms, tie).select_related(*spec.related)


def totals(rows: QuerySet[Any], spec: ListSpec, columns: Sequence[Column]) -> Totals:
    """Return count and sums of the whole of `rows` (not of one page), in one query."""
    if not spec.currency:
        return Totals(rows.count(), {}, ())
    return _added_up(rows, spec, columns, Count("pk"))


def totals_at_once(rows: QuerySet[Any], spec: ListSpec, state: ListState, columns: Sequence[Column], reader: Reader) -> Totals:
    """Return the same for the list that `state` names, from the list's tally where that can answer: however long it is."""
    counted = tally_of(spec, state, reader)
    if spec.tally is None or counted is None:
        return totals(rows, spec, columns)
    return _added_up(counted, spec, columns, Sum(spec.tally.count))


def tally_of(spec: ListSpec, state: ListState, reader: Reader) -> QuerySet[Any] | None:
    """Return what the tally of the list holds for `state`; None where it cannot tell these rows apart."""
    asked = {*state.filters, *(key for key, _ in state.drills)}
    if spec.tally is None or state.q or not asked <= spec.tally.keys:
        return None
    return filtered(spec.tally.rows_for(reader), spec, state, reader)


def _added_up(rows: QuerySet[Any], spec: ListSpec, columns: Sequence[Column], how_many: Count | Sum) -> Totals:
    summed = [column for column in columns if column.total]
    sums = {f"sum_{column.key}": Sum(column.total) for column in summed}
    # Where no row has a value, the sum is null.
    by_currency = rows.values(spec.currency).annotate(rows_in_it=how_many, **sums).filter(rows_in_it__gt=0)
    # Of equally many the same is first each time, on either database.
    found = list(by_currency.order_by("-rows_in_it", spec.currency))
    currencies = tuple(each[spec.currency] for each in found)
    by_column = {column.key: {each[spec.currency]: each[f"sum_{column.key}"] or 0 for each in found} for column in summed}
    return Totals(sum(each["rows_in_it"] for each in found), by_column, currencies)


def page_of(rows: QuerySet[Any], spec: ListSpec, state: ListState, count: int) -> Page[Any]:
    """Return the page that the state names, or the nearest there is, of `count` rows."""
    asked = ordered(rows, spec, state)
    page = _paged(asked, count, state.page)
    if count <= PAGE_SIZE:
        # All of them: with a limit, PostgreSQL would hope to meet few rows soon on a walk through all.
        page.object_list = asked
    elif not rows.query.annotations:
        # First which rows, by narrow rows; what the cells need is then fetched for these alone, not for all that are skipped.
        begin = (page.number - 1) * PAGE_SIZE
        keys = list(asked.select_related(None).values_list("pk", flat=True)[begin : begin + PAGE_SIZE])
        place = {key: number for number, key in enumerate(keys)}
        fetched = rows.model._default_manager.filter(pk__in=keys).select_related(*spec.related)
        page.object_list = sorted(fetched, key=lambda row: place[row.pk])
    return page


def enriched(rows: Iterable[Any], spec: ListSpec, reader: Reader) -> list[Any]:
    """Return `rows`, fetched, with what `spec.enrich` adds to all of them at once."""
    fetched = list(rows)
    if spec.enrich and fetched:
        spec.enrich(fetched, reader)
    return fetched


def groups_of(
    rows: QuerySet[Any], spec: ListSpec, state: ListState, columns: Sequence[Column], whole: Totals, reader: Reader
) -> tuple[list[Group], Page[Any]]:
    """Return the groups on the state's page with their sub-totals and, in open ones, the first rows; and that page."""
    dimension = spec.dimension_of[state.group]
    summed = [column for column in columns if column.total]
    aggregates = {
        f"sum_{column.key}_{currency}": Sum(column.total, filter=Q(**{spec.currency: currency}))
        for column in summed
        for currency in whole.currencies
    }
    grouped = dimension.prepare(rows).values(*dimension.fields).annotate(rows_in_it=Count("pk"), **aggregates)
    grouped = grouped.order_by(*_group_order(dimension, state, summed, whole), *dimension.fields)
    page = _paged(grouped, grouped.count(), state.page)
    groups = [_group(each, dimension, summed, whole.currencies) for each in page.object_list]
    if not state.sort or not is_summed(state, summed):
        groups.sort(key=lambda group: dimension.rank(group.key))
    return [_opened(group, rows, spec, state, dimension, reader) for group in groups], page


def _paged(rows: QuerySet[Any, Any], count: int, number: int) -> Page[Any]:
    paginator: Paginator[Any] = Paginator(rows, PAGE_SIZE)
    paginator.__dict__["count"] = count  # already known; the paginator would ask the database again
    return paginator.get_page(number)


def _term(model: type[Model], name: Any, is_descending: bool) -> Any:
    expression = name() if callable(name) else F(name)
    # Empty values come last both ways, on both databases; only said where there can be some, so that indexes still serve.
    last = True if callable(name) or _is_nullable(model, name) else None
    return expression.desc(nulls_last=last) if is_descending else expression.asc(nulls_last=last)


def _is_nullable(model: type[Model], path: str) -> bool:
    if path == "pk":
        return False
    for name in path.split("__"):
        try:
            part: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            return True  # an annotation
        if part.null:
            return True
        model = part.related_model or model
    return False


def is_summed(state: ListState, summed: Sequence[Column]) -> bool:
    """Return whether the list is sorted by a column that is added up: then groups are, by their sums."""
    return state.sort.removeprefix("-") in {column.key for column in summed}


def _group_order(dimension: Dimension, state: ListState, summed: Sequence[Column], whole: Totals) -> list[Any]:
    """Return by what groups are ordered: the sum of the column that the list is sorted by, else as the dimension likes."""
    if state.sort and is_summed(state, summed) and whole.currencies:
        # Sums of two currencies cannot be compared; the one with the most rows decides.
        name = F(f"sum_{state.sort.removeprefix('-')}_{whole.currencies[0]}")
        return [name.desc(nulls_last=True) if state.sort.startswith("-") else name.asc(nulls_last=True)]
    if dimension.order == "count":
        return ["-rows_in_it"]
    first = F(dimension.fields[0])
    return [first.desc(nulls_last=True) if dimension.order.startswith("-") else first.asc(nulls_last=True)]


def _group(values: Mapping[str, Any], dimension: Dimension, summed: Sequence[Column], currencies: Sequence[str]) -> Group:
    sums = {
        column.key: {
            currency: values[f"sum_{column.key}_{currency}"]
            for currency in currencies
            if values[f"sum_{column.key}_{currency}"] is not None
        }
        for column in summed
    }
    return Group(key=dimension.key_of(values), text=dimension.text_of(values), count=values["rows_in_it"], sums=sums)


def _opened(group: Group, rows: QuerySet[Any], spec: ListSpec, state: ListState, dimension: Dimension, reader: Reader) -> Group:
    condition = dimension.condition(group.key) if group.key in state.open else None
    if condition is None:
        return group
    shown = enriched(ordered(rows.filter(condition), spec, state)[:PAGE_SIZE], spec, reader)
    return Group(group.key, group.text, group.count, group.sums, is_open=True, rows=shown)
