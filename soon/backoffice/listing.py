"""The page of any list: reads the address, asks the engine, draws rows, totals and groups, hands out files, keeps views."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from soon.models import SavedView
from soon.queries.listing import Column, ListSpec, ListState, Reader
from soon.queries.listing.dimensions import is_id
from soon.queries.listing.rows import Group, Sums, enriched, filtered, groups_of, page_of, totals_at_once

from .access import StaffRequest
from .cells import address_of, amounts_html, drawn
from .exports import list_file
from .kept_views import keep_or_delete
from .list_tools import tools, view_choices
from .table_files import FORMATS

LIST_TEMPLATE = "backoffice/lists/list.html"
MOST_SELECTED = 1000


@dataclass(frozen=True)
class Action:
    """Something to do with rows: with one by the button beside it, with several by ticking them. `fits`: with which."""

    key: str
    label: Promise | str
    icon: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class Cell:
    """One drawn cell with what a phone writes before it."""

    label: str
    html: str
    css: str


@dataclass(frozen=True)
class Row:
    """One drawn row; `url` is the row's own page, linked from its first cell."""

    pk: Any
    name: str
    url: str
    cells: Sequence[Cell]
    actions: Sequence[Action] = ()
    css: str = ""


@dataclass(frozen=True)
class DrawnGroup:
    """A group with its link that folds and unfolds it, and the one that shows it alone."""

    group: Group
    url: str
    all_url: str
    cells: Sequence[Cell]
    rows: Sequence[Row]


def list_page(
    request: StaffRequest,
    spec: ListSpec,
    rows: QuerySet[Any],
    *,
    template: str = LIST_TEMPLATE,
    extra: Mapping[str, Any] | None = None,
    actions: Sequence[Action] = (),
) -> HttpResponseBase:
    """Answer any request for the list `spec` over `rows`, which hold only what the user may see.

    `actions` are drawn; what their buttons send is the caller's to do before, see `chosen_action`.
    """
    reader = reader_of(request)
    state = ListState.read(request.GET, spec)
    if request.method == "POST":
        return _act(request, spec, rows, state, reader)
    columns = columns_of(spec, state)
    found = filtered(rows, spec, state, reader)
    if request.GET.get("format") in FORMATS:
        return list_file(found, spec, state, columns, reader, request.GET["format"])
    body = _body(found, spec, state, columns, reader, actions)
    context = list_context(request, spec, state) | body | {"actions": actions} | dict(extra or {})
    return render(request, template, context)


def chosen_action(request: StaffRequest, actions: Sequence[Action]) -> tuple[str, list[int]] | None:
    """Return which of `actions` a POST wants, and the keys of the rows for it; None where it wants something else.

    A button of the bar sends `action` with all ticked rows, the button of a row `only` with "<action>:<key>".
    """
    action, _colon, only = request.POST.get("only", "").partition(":")
    action = action or request.POST.get("action", "")
    if request.method != "POST" or action not in {each.key for each in actions}:
        return None
    chosen = [only] if only else request.POST.getlist("selected")[:MOST_SELECTED]
    return action, [int(key) for key in chosen if is_id(key)]


def reader_of(request: StaffRequest) -> Reader:
    """Return who reads, and on which day."""
    return Reader(user=request.user, today=timezone.localdate())


def columns_of(spec: ListSpec, state: ListState) -> list[Column]:
    """Return the columns that the state asks for, else the usual ones."""
    if state.columns:
        return [spec.column_of[key] for key in state.columns]
    return [column for column in spec.columns if column.is_shown]


def list_context(request: StaffRequest, spec: ListSpec, state: ListState) -> dict[str, Any]:
    """Return what every view of a list needs: title, search with its chips and choices, saved views."""
    may_add = bool(spec.new_page) and (not spec.new_right or request.user.may(spec.new_right))
    saved = view_choices(SavedView.objects.of_page(spec.page, request.user), state.but().query, request.user)
    return {
        "spec": spec,
        "state": state,
        "new_url": reverse(f"backoffice:{spec.new_page}") if may_add else "",
        "tools": tools(spec, state, columns_of(spec, state), saved),
    }


def drawn_rows(
    rows: Sequence[Any], spec: ListSpec, columns: Sequence[Column], reader: Reader, actions: Sequence[Action] = ()
) -> list[Row]:
    """Return fetched `rows` drawn, each with those of `actions` that fit it."""
    looks = [(column, str(column.label), _css(column)) for column in columns]
    return [_row(row, spec, looks, reader, actions) for row in rows]


def _row(row: Any, spec: ListSpec, looks: Sequence[tuple[Column, str, str]], reader: Reader, actions: Sequence[Action]) -> Row:
    cells = []
    for place, (column, label, css) in enumerate(looks):
        html = drawn(column, row, reader)
        # The first cell leads to the row's own page already.
        url = address_of(row, column.link) if column.link and place and html else ""
        cells.append(Cell(label, _linked(url, html) if url else html, css))
    fitting = [action for action in actions if action.fits(row)]
    css = spec.row_css(row) if spec.row_css else ""
    return Row(row.pk, str(row), address_of(row, spec.record) if spec.record else "", cells, fitting, css)


def _linked(url: str, html: str) -> str:
    return format_html('<a href="{}">{}</a>', url, html)


def _css(column: Column) -> str:
    kind = "number" if column.is_numeric else "" if "words" in column.css else "short"
    return f"{kind} {column.css}".strip()


def _body(
    found: QuerySet[Any],
    spec: ListSpec,
    state: ListState,
    columns: Sequence[Column],
    reader: Reader,
    actions: Sequence[Action],
) -> dict[str, Any]:
    whole = totals_at_once(found, spec, state, columns, reader)
    body: dict[str, Any] = {"columns": columns, "total_count": whole.count, "total": _totals_row(columns, whole.sums)}
    if state.group and whole.count:
        groups, page = groups_of(found, spec, state, columns, whole, reader)
        return body | {"page": page, "groups": [_drawn_group(each, spec, state, columns, reader, actions) for each in groups]}
    page = page_of(found, spec, state, whole.count)
    rows = enriched(page, spec, reader) if whole.count else []
    return body | {"page": page, "rows": drawn_rows(rows, spec, columns, reader, actions)}


def _totals_row(columns: Sequence[Column], sums: Sums) -> dict[str, Any]:
    """Return the row of sums: how many cells its heading spans, and the cells after it."""
    first = next((place for place, column in enumerate(columns) if place and column.total), len(columns))
    cells = [
        Cell(str(column.label), amounts_html(sums.get(column.key, {}), column.kind) if column.total else "", _css(column))
        for column in columns[first:]
    ]
    return {"span": first, "cells": cells, "has_sums": any(cell.html for cell in cells)}


def _drawn_group(
    group: Group,
    spec: ListSpec,
    state: ListState,
    columns: Sequence[Column],
    reader: Reader,
    actions: Sequence[Action],
) -> DrawnGroup:
    return DrawnGroup(
        group=group,
        url=state.with_open(group.key).url,
        all_url=state.with_drill(state.group, group.key).url,
        cells=_totals_row(columns, group.sums)["cells"],
        rows=drawn_rows(group.rows, spec, columns, reader, actions),
    )


def _act(request: StaffRequest, spec: ListSpec, rows: QuerySet[Any], state: ListState, reader: Reader) -> HttpResponseBase:
    """Do what a button of the list asks: keep or delete a view, or hand out the chosen rows."""
    action = request.POST.get("action", "")
    back = HttpResponseRedirect(f"{request.path}{state.url}")
    if action in FORMATS:
        chosen = [int(pk) for pk in request.POST.getlist("selected")[:MOST_SELECTED] if is_id(pk)]
        if chosen:
            return list_file(rows.filter(pk__in=chosen), spec, state, columns_of(spec, state), reader, action)
        messages.info(request, _("Choose at least one row first."))
    keep_or_delete(request, spec.page, state.but().query)
    return back
