"""The page of one order."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from soon import formatting
from soon.activity.feed import by_day
from soon.domain.lifecycle import CANCELLED, CHURNED, IN_PROGRESS, PAUSED, QUOTATION, QUOTATION_SENT, RENEWED
from soon.domain.periods import local_date
from soon.models import Order
from soon.queries.order_changes import open_changes
from soon.queries.order_page import (
    LATEST,
    InvoiceFigures,
    entries_of_order,
    invoice_figures,
    last_day_of_service,
    neighbours,
    order_sheet,
)
from soon.queries.orders import state_pill_of
from soon.queries.pauses import pause_of
from soon.queries.set_aside import open_set_aside, with_set_aside_mark, words_of

from .access import StaffRequest, staff
from .choices import languages, name_of_country

Step = tuple[str | Promise, str]

# Where an order stands on its way; states beside the way replace the step they branch off from.
WAY = (QUOTATION, QUOTATION_SENT, IN_PROGRESS, CHURNED)
BESIDE = {PAUSED: IN_PROGRESS, CANCELLED: QUOTATION_SENT, RENEWED: CHURNED}


@require_safe
@staff("see_orders")
def order_page(request: StaffRequest, number: str) -> HttpResponse:
    """Show an order: what it says, where it stands, what can be done now and what happened."""
    return render_order(request, number)


def render_order(
    request: StaffRequest, number: str, refused: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return the page of the order, with what was typed and `refused` in its chatter, if anything."""
    orders = Order.objects.visible_to(request.user).select_related(
        "customer", "plan", "salesperson", "closure__reason", "closure__staff_reason"
    )
    order = get_object_or_404(with_set_aside_mark(orders), number=number)
    today = local_date(timezone.now(), order.time_zone)
    context = {
        "order": order,
        "sheet": (sheet := order_sheet(order)),
        "today": today,
        "is_early": sheet.due is not None and sheet.due.due_on > today,
        "steps": status_steps(order),
        "changes": open_changes(order) if order.is_serving else [],
        "pill": state_pill_of(order),
        "may": rights_on(order, request),
        "neighbours": neighbours(order, request.user),
        **_customer(request, order),
        **_ending(order),
        "pause": pause_of(order),
        **_set_aside(order),
        **_figures(request, order),
        **_chatter(request, order, today),
        **(refused or {}),
    }
    return render(request, "backoffice/orders/order.html", context, status=status)


def _figures(request: StaffRequest, order: Order) -> dict[str, Any]:
    sees_invoices = request.user.may("see_invoices")
    figures = invoice_figures(order) if sees_invoices else InvoiceFigures(0, 0, 0)
    return {
        "figures": figures,
        "sees_invoices": sees_invoices,
        "invoices_url": f"{reverse('backoffice:invoices')}?order={order.pk}",
        "mrr_shown": formatting.mrr_text(order.mrr_micro, order.currency),
    }


def _customer(request: StaffRequest, order: Order) -> dict[str, Any]:
    customer = order.customer
    place = " ".join(part for part in (customer.postcode, customer.city) if part)
    country = name_of_country(customer.country) if customer.country else ""
    return {
        "sees_customers": request.user.may("see_customers"),
        "address": [line for line in (customer.street, place, country) if line],
        "customer_language": dict(languages()).get(customer.language, customer.language),
    }


def _ending(order: Order) -> dict[str, Any]:
    """Return who closed the order, when and through which channel; nothing for an order that nobody closed."""
    closure = order.closure
    if closure is None:
        return {}
    who = [closure.by_name, formatting.moment(closure.submitted_at, zone=ZoneInfo(closure.time_zone))]
    return {
        "last_day_on": last_day_of_service(closure.effective_on),
        "closed_by": " · ".join(part for part in [*who, closure.get_channel_display()] if part),
    }


def _set_aside(order: Order) -> dict[str, Any]:
    """Return what keeps the order out of billing, if anything does."""
    found = open_set_aside(order)
    return {"set_aside": found, "set_aside_words": words_of(found.error)} if found else {}


def _chatter(request: StaffRequest, order: Order, today: datetime.date) -> dict[str, Any]:
    shows_all = request.GET.get("history") == "all"
    entries = entries_of_order(order, limit=None if shows_all else LATEST)
    has_older = not shows_all and len(entries) > LATEST
    may_write = request.user.may("edit_orders")
    return {
        "days": by_day(entries[:LATEST] if has_older else entries, time_zone=order.time_zone, today=today),
        "history_count": f"{LATEST}+" if has_older else len(entries),
        "more_url": "?history=all#chatter-heading" if has_older else "",
        "notes_url": reverse("backoffice:order_notes", args=[order.number]),
        "messages_url": reverse("backoffice:order_messages", args=[order.number]) if may_write else "",
    }


def rights_on(order: Order, request: StaffRequest) -> dict[str, bool]:
    """Return which actions the reader is offered on `order` as it stands; the verbs decide again."""
    edits = request.user.may("edit_orders")
    return {
        "send": edits and order.is_offered,
        "confirm": edits and order.is_offered,
        "cancel": edits and order.is_offered,
        "reopen": edits and order.state == CANCELLED,
        "edit": edits and order.state != CANCELLED,
        "change_plan": edits and order.state == IN_PROGRESS and order.plan_id is not None and not order.closure_id,
        "close": order.is_serving and not order.closure_id and request.user.may("close_orders"),
        "evidence": request.user.may("close_orders"),
        "note_reason": order.closure_id is not None and request.user.may("close_orders"),
        "undo_closing": order.closes_on is not None and request.user.may("close_orders"),
        "go_on": order.state == Order.State.CHURNED and request.user.may("reopen_orders"),
        "pause": order.state == IN_PROGRESS and not order.closure_id and request.user.may("close_orders"),
        "resume": order.state == PAUSED and request.user.may("close_orders"),
        "invoice": order.state == IN_PROGRESS and request.user.may("issue_invoices"),
        "draft_invoice": order.confirmed_at is not None and request.user.may("issue_invoices"),
        "retry": request.user.may("issue_invoices"),
        "preview": order.state != CANCELLED,
    }


def status_steps(order: Order) -> list[Step]:
    """Return the status bar of `order` as (label, done | current | ended | todo)."""
    on_way = BESIDE.get(order.state, order.state)
    at = WAY.index(on_way)
    way = list(WAY[: at + 1]) if order.state in (CANCELLED, RENEWED) else list(WAY)
    way[at] = order.state
    here = "ended" if order.state in (CHURNED, CANCELLED) else "current"
    return [
        (Order.State(state).label, "done" if place < at else here if place == at else "todo") for place, state in enumerate(way)
    ]
