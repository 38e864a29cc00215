"""The rows of a grouped list, group after group in the order of the page, each with the value that its group has."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, Count, Expression, F, Q, QuerySet, Sum, Value, When, Window

from .dimensions import ChoiceDimension, Dimension
from .rows import is_summed, ordered, totals
from .spec import Column, ListSpec
from .state import ListState

_VALUE = "value_of_group_"


def in_groups(rows: QuerySet[Any], spec: ListSpec, state: ListState, columns: Sequence[Column]) -> QuerySet[Any]:
    """Return `rows` by the groups that `state` asks for, each row with what `group_of` reads; inside a group as the list."""
    dimension = spec.dimension_of[state.group]
    within = ordered(rows, spec, state)
    found = dimension.prepare(within)
    names = [f"{_VALUE}{place}" for place in range(len(dimension.fields))]
    found = found.annotate(**{name: F(field) for name, field in zip(names, dimension.fields, strict=True)})
    first = _place(rows, dimension, spec, state, columns)
    in_order: QuerySet[Any] = found.order_by(first, *names, *within.query.order_by)
    return in_order


def group_of(row: Any, dimension: Dimension) -> str:
    """Return the value of the group that `row`, one of `in_groups`, belongs to, as readers see it."""
    values: Mapping[str, Any] = {field: getattr(row, f"{_VALUE}{at}") for at, field in enumerate(dimension.fields)}
    return dimension.text_of(values)


def _place(rows: QuerySet[Any], dimension: Dimension, spec: ListSpec, state: ListState, columns: Sequence[Column]) -> Any:
    """Return by what groups follow each other, as on the page: their sums, the order of their choices, or as they like."""
    summed = [column for column in columns if column.total]
    currencies = totals(rows, spec, []).currencies if is_summed(state, summed) else ()
    if currencies:
        column = spec.column_of[state.sort.removeprefix("-")]
        amount = _over(Sum(column.total, filter=Q(**{spec.currency: currencies[0]})), dimension)
        return amount.desc(nulls_last=True) if state.sort.startswith("-") else amount.asc(nulls_last=True)
    if isinstance(dimension, ChoiceDimension) and dimension.choices:
        keys = [When(**{dimension.fields[0]: key, "then": Value(rank)}) for rank, (key, _) in enumerate(dimension.choices)]
        return Case(*keys, default=Value(len(keys))).asc()
    if dimension.order == "count":
        return _over(Count("pk"), dimension).desc()
    value = F(f"{_VALUE}0")
    return value.desc(nulls_last=True) if dimension.order.startswith("-") else value.asc(nulls_last=True)


def _over(aggregate: Expression, dimension: Dimension) -> Window:
    return Window(aggregate, partition_by=[F(f"{_VALUE}{place}") for place in range(len(dimension.fields))])
