"""Making and changing quotations, and the little that may change afterwards."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.domain.currencies import MINOR_DIGITS
from soon.domain.lifecycle import CANCELLED
from soon.domain.periods import local_date
from soon.domain.pricing import document_totals
from soon.models import Company, Order
from soon.operations.quotations.create import create
from soon.operations.quotations.draft import Draft
from soon.operations.quotations.draw_up import DrawnUp, draw_up
from soon.operations.quotations.revise import revise
from soon.operations.subscriptions.amend import amend
from soon.queries.catalogue import Catalogue, customers_for, plans_with
from soon.queries.upcoming import Upcoming
from soon.queries.upcoming import upcoming as upcoming_of

from .access import StaffRequest, staff
from .answers import status_of, store
from .order_form import AmendmentForm, QuotationForm, with_customers_currency, with_plans_trial
from .order_lines import ONCE, RECURRING, LineSet, Row, line_set, weigh
from .order_rows import fill, posted, rows_of, stock_for, typed_row, with_memory

TEMPLATE = "backoffice/orders/edit.html"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "edit_orders")
def order_new(request: StaffRequest) -> HttpResponse:
    """Make a quotation; `?customer=12` chooses the customer."""
    if request.method == "POST":
        return _take(request, None)
    initial = _first_words(request)
    return _show(request, None, initial, [], blank_lines=1)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "edit_orders")
def order_edit(request: StaffRequest, number: str) -> HttpResponse:
    """Change a quotation; of a confirmed order only what moves no money."""
    orders = Order.objects.visible_to(request.user).select_related("customer", "plan", "salesperson")
    order = get_object_or_404(orders, number=number)
    if order.state == CANCELLED:
        messages.error(request, _("A cancelled order is not changed. Set it back to a quotation first."))
        return redirect("backoffice:order", order.number)
    if not order.is_offered:
        return _amend(request, order)
    if request.method == "POST":
        return _take(request, order)
    return _show(request, order, _words_of(order), _rows_of_order(order), blank_lines=0)


def _take(request: StaffRequest, order: Order | None) -> HttpResponse:
    """Answer a posted quotation: draw it anew with prices (`refresh`, `add_line`), or store it."""
    data, rows = _typed(request), rows_of(request.POST.dict())
    refreshes = "refresh" in request.POST
    if refreshes:
        customers = customers_for(request.user, [data.get("customer", "")], most=0)
        data = with_customers_currency(data, customers)
    data = with_plans_trial(data, plans_with([data["plan"]]))
    stock = stock_for(rows)
    rows = [fill(row, data.get("plan", ""), data.get("currency", ""), stock) for row in rows]
    if refreshes or "add_line" in request.POST:
        return _show(request, order, data, rows, blank_lines=int("add_line" in request.POST))
    form = QuotationForm(data, reader=request.user)
    lines = _line_set(rows, data, stock)
    weigh(lines, lines, is_exempt=form.is_tax_exempt)
    if not (form.is_valid() and lines.is_valid()):
        return _page(request, order, form, lines)
    draft = form.draft([line.draft_line() for line in lines.used])
    if "upcoming" in request.POST:
        drawn_up = store(form, lambda: draw_up(draft))
        return _page(request, order, form, lines, upcoming=_coming(drawn_up) if drawn_up else None)
    stored = _store(request, order, form, draft)
    return redirect("backoffice:order", stored.number) if stored else _page(request, order, form, lines)


def _coming(drawn_up: DrawnUp) -> Upcoming:
    """Return what will be billed of a quotation that is not saved."""
    today = local_date(timezone.now(), drawn_up.order.time_zone)
    return upcoming_of(drawn_up.order, drawn_up.lines, today)


def _store(request: StaffRequest, order: Order | None, form: QuotationForm, draft: Draft) -> Order | None:
    actor, at = acting(request.user), timezone.now()
    return store(form, lambda: revise(order, draft=draft, actor=actor, at=at) if order else create(draft, actor=actor, at=at))


def _show(
    request: StaffRequest, order: Order | None, words: dict[str, Any], rows: list[Row], *, blank_lines: int
) -> HttpResponse:
    """Draw the form with `words` and `rows` as they were typed, without complaints: nobody has said they are done."""
    stock = stock_for(rows)
    currency = str(words.get("currency", ""))
    form = QuotationForm(initial=words, reader=request.user)
    lines = line_set(stock, currency, initial=rows)
    lines.extra = blank_lines
    weigh(lines, _line_set(rows, words, stock), is_exempt=form.is_tax_exempt)
    return _page(request, order, form, lines, refreshes="refresh" in request.POST)


def _page(
    request: StaffRequest,
    order: Order | None,
    form: QuotationForm,
    lines: LineSet,
    *,
    refreshes: bool = False,
    upcoming: Upcoming | None = None,
) -> HttpResponse:
    words = form.data if form.is_bound else form.initial
    context = {
        "order": order,
        "form": form,
        "lines": lines,
        "currency": _known_currency(words),
        "refreshes": refreshes,
        "totals": document_totals([line.amount for line in lines.forms if line.amount]),
        "upcoming": upcoming,
    }
    return render(request, TEMPLATE, context, status=status_of(form, lines) if form.is_valid() or not form.is_bound else 422)


def _known_currency(words: Mapping[str, Any]) -> str:
    """Return the currency in which totals are shown, whatever was posted as one."""
    currency = str(words.get("currency", ""))
    return currency if currency in MINOR_DIGITS else Company.ours().currency


def _line_set(rows: list[Row], words: dict[str, Any], stock: Catalogue) -> LineSet:
    return line_set(stock, str(words.get("currency", "")), data=posted(rows))


def _typed(request: StaffRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in QuotationForm.base_fields}


def _first_words(request: StaffRequest) -> dict[str, Any]:
    company = Company.ours()
    today = local_date(timezone.now(), company.time_zone)
    words = {
        "currency": company.currency,
        "filled_currency": company.currency,
        "expires_on": (today + datetime.timedelta(days=company.quotation_days)).isoformat(),
        "salesperson": str(request.user.pk) if request.user.may("edit_orders") else "",
        "customer": request.GET.get("customer", ""),
        "plan": request.GET.get("plan", ""),
    }
    words = with_customers_currency(words, customers_for(request.user, [words["customer"]], most=0))
    return with_plans_trial(words, plans_with([words["plan"]]))


def _words_of(order: Order) -> dict[str, Any]:
    return {
        "customer": str(order.customer_id),
        "plan": str(order.plan_id or ""),
        "currency": order.currency,
        "filled_currency": order.customer.currency,
        "start_on": order.start_on,
        "trial_days": str(order.trial_days or ""),
        "filled_trial": str(order.plan.trial_days or "") if order.plan else "",
        "last_day_on": order.last_day_on,
        "expires_on": order.expires_on,
        "customer_reference": order.customer_reference,
        "salesperson": str(order.salesperson_id or ""),
        "note": order.note,
    }


def _rows_of_order(order: Order) -> list[Row]:
    """Return the stored lines as they would be typed; prices that are the catalogue's own are known as such."""
    charges = {True: RECURRING, False: ONCE}
    rows = [typed_row(line, charges[line.is_recurring], order.currency) for line in order.lines.all()]
    return with_memory(rows, str(order.plan_id or ""), order.currency)


def _amend(request: StaffRequest, order: Order) -> HttpResponse:
    words = {"customer_reference": order.customer_reference, "salesperson": order.salesperson, "note": order.note}
    form = AmendmentForm(request.POST if request.method == "POST" else None, initial=words, reader=request.user, order=order)
    if request.method == "POST" and form.is_valid():
        actor, at = acting(request.user), timezone.now()
        if store(form, lambda: amend(order, **form.cleaned_data, actor=actor, at=at)):
            return redirect("backoffice:order", order.number)
    context = {"order": order, "form": form}
    return render(request, "backoffice/orders/amend.html", context, status=422 if form.errors else 200)
