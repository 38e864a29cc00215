"""What stands around a list: chips, filters, groupings, saved views, columns, files — every one a plain link or form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from soon.models import SavedView, User
from soon.queries.listing import Column, Dimension, ListSpec, ListState


@dataclass(frozen=True)
class Choice:
    """A line of a menu that changes the list."""

    label: str
    url: str
    is_active: bool = False
    key: Any = ""
    # Whose it is, where it is somebody else's.
    owner: str = ""


@dataclass(frozen=True)
class Chip:
    """What narrows or groups the list right now, with the link that takes it away."""

    label: str
    remove_url: str
    kind: str = "filter"


@dataclass(frozen=True)
class Tools:
    """Everything around the table."""

    chips: Sequence[Chip]
    filters: Sequence[Sequence[Choice]]
    groupings: Sequence[Choice]
    saved: Sequence[Choice]
    columns: Sequence[Choice]
    search_fields: Sequence[tuple[str, str]]
    column_fields: Sequence[tuple[str, str]]
    csv_url: str
    xlsx_url: str
    list_url: str
    board_url: str = ""
    hint: str = ""


def tools(spec: ListSpec, state: ListState, columns: Sequence[Column], saved: Sequence[Choice]) -> Tools:
    """Return the tools of the list in its state, with its `saved` views (see view_choices)."""
    shown = {column.key for column in columns}
    return Tools(
        chips=_chips(spec, state),
        filters=_filters(spec, state),
        groupings=[_grouping(each, state) for each in spec.dimensions],
        saved=saved,
        columns=[Choice(str(column.label), "", column.key in shown, column.key) for column in spec.columns],
        search_fields=[pair for pair in state.pairs() if pair[0] not in ("q", "page")],
        column_fields=[pair for pair in state.pairs() if pair[0] not in ("cols", "page")],
        csv_url=_file_url(state, "csv"),
        xlsx_url=_file_url(state, "xlsx"),
        list_url=state.but(view="").url,
        board_url=state.but(view="board").url if "board" in spec.views else "",
        hint=str(spec.search_hint or _("Search…")),
    )


def view_choices(saved: Iterable[SavedView], query: str, user: User) -> list[Choice]:
    """Return the views that `user` is offered, the one that is the address `query` marked; read once."""
    return [
        Choice(
            view.name,
            f"?{view.query}",
            view.query == query,
            view.pk,
            owner="" if view.user_id == user.pk else view.user.name,
        )
        for view in saved
    ]


def _grouping(dimension: Dimension, state: ListState) -> Choice:
    is_active = state.group == dimension.key
    return Choice(str(dimension.label), state.but(group="" if is_active else dimension.key, open=()).url, is_active)


def _file_url(state: ListState, kind: str) -> str:
    query = state.but(view="", open=()).query
    return f"?{query}&format={kind}" if query else f"?format={kind}"


def _filters(spec: ListSpec, state: ListState) -> list[list[Choice]]:
    """Return the filters of the first group, most often the states, apart from the others."""
    first = spec.all_filters[0].group if spec.all_filters else ""
    choices = [
        (each.group == first, Choice(str(each.label), state.with_filter(each.key).url, each.key in state.filters))
        for each in spec.all_filters
    ]
    parts = [[choice for is_first, choice in choices if is_first == wanted] for wanted in (True, False)]
    return [part for part in parts if part]


def _chips(spec: ListSpec, state: ListState) -> list[Chip]:
    chips = [_filter_chip(keys, spec, state) for keys in _by_group(spec, state)]
    for key, value in state.drills:
        dimension = spec.dimension_of[key]
        words = _("%(what)s: %(value)s") % {"what": dimension.label, "value": dimension.text_for(value)}
        chips.append(Chip(words, state.without_drill(key).url))
    if state.group:
        chips.append(Chip(str(spec.dimension_of[state.group].label), state.but(group="", open=()).url, "group"))
    return chips


def _by_group(spec: ListSpec, state: ListState) -> list[list[str]]:
    chosen = sorted(state.filters, key=lambda key: spec.filter_of[key].group)
    return [list(keys) for _group, keys in groupby(chosen, key=lambda key: spec.filter_of[key].group)]


def _filter_chip(keys: Sequence[str], spec: ListSpec, state: ListState) -> Chip:
    """Return one chip for filters that widen each other: "In Progress or Paused"."""
    first, *others = (str(spec.filter_of[key].label) for key in keys)
    words = reduce(lambda one, other: _("%(one)s or %(other)s") % {"one": one, "other": other}, others, first)
    return Chip(words, state.but(filters=tuple(key for key in state.filters if key not in keys)).url)
