"""The board of orders: a column for each state, with how many there are and their MRR."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from soon import formatting
from soon.domain import lifecycle
from soon.models import Order
from soon.queries.listing import ListSpec, ListState
from soon.queries.listing.rows import filtered, ordered
from soon.queries.orders import state_pill_of, sums_by_state

from .access import StaffRequest
from .cells import amounts_html
from .listing import list_context, reader_of

CARDS = 20
# Columns of work under way stand there even when they are empty.
ALWAYS = (lifecycle.QUOTATION, lifecycle.QUOTATION_SENT, lifecycle.IN_PROGRESS, lifecycle.CHURNED)


@dataclass(frozen=True)
class Card:
    """One order on the board."""

    url: str
    number: str
    customer: str
    amount: str
    pill: tuple[str, str, str] | None
    foot: str


@dataclass(frozen=True)
class BoardColumn:
    """One state: its orders, newest first, and the link to all of them."""

    state: str
    count: int
    mrr: str
    cards: Sequence[Card]
    url: str


def board_page(request: StaffRequest, spec: ListSpec, rows: QuerySet[Any]) -> HttpResponse:
    """Show the orders of the list's state in columns by their own state."""
    reader, state = reader_of(request), ListState.read(request.GET, spec)
    found = filtered(rows, spec, state, reader)
    sums = sums_by_state(found, state, reader)
    shown = [each for each in lifecycle.STATES if each in sums or each in ALWAYS]
    columns = [_column(each, *sums.get(each, (0, {})), found, spec, state) for each in shown]
    context = list_context(request, spec, state) | {"board": columns, "total_count": sum(column.count for column in columns)}
    return render(request, "backoffice/lists/board.html", context)


def _column(
    name: str, count: int, mrr: Mapping[str, int], found: QuerySet[Any], spec: ListSpec, state: ListState
) -> BoardColumn:
    orders = ordered(found.filter(state=name), spec, state)[:CARDS] if count else []
    url = state.but(view="", filters=(), group="").with_drill("state", name).url
    return BoardColumn(name, count, amounts_html(mrr, "mrr") if mrr else "", [_card(order) for order in orders], url)


def _card(order: Order) -> Card:
    due = formatting.day(order.next_invoice_on)
    terms = " · ".join(part for part in (order.plan.name if order.plan else "", due) if part)
    mrr = formatting.mrr_html(order.mrr_micro, order.currency)
    return Card(
        url=reverse("backoffice:order", args=[order.number]),
        number=order.number,
        customer=order.customer.name,
        amount=mrr if order.plan else formatting.money_html(order.total_minor, order.currency),
        pill=state_pill_of(order) if order.closes_on else None,
        foot=order.closure.reason_text if order.closure and not order.is_serving else terms,
    )
