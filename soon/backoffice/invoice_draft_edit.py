"""Preparing and changing draft invoices."""

import re
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.domain.currencies import MINOR_DIGITS
from soon.domain.order_numbers import OrderNumber
from soon.domain.pricing import document_totals
from soon.models import Company, InvoiceDraft, Order
from soon.operations.invoices.create_draft import create_draft
from soon.operations.invoices.revise_draft import revise_draft
from soon.queries.catalogue import buyers_for

from .access import StaffRequest, staff
from .answers import status_of, store
from .invoice_draft_form import InvoiceDraftForm
from .invoice_drafts import draft_for
from .order_form import with_customers_currency
from .order_lines import ONCE, LineSet, OnceLineForm, Row, line_set, weigh
from .order_rows import fill, posted, rows_of, stock_for, typed_row, with_memory

TEMPLATE = "backoffice/invoices/draft_edit.html"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_invoices", "issue_invoices")
def invoice_draft_new(request: StaffRequest) -> HttpResponse:
    """Prepare an invoice; `?customer=12` chooses the customer, `?order=S00042` an order that it belongs to."""
    order = _order(request)
    if request.method == "POST":
        return _take(request, None, order)
    return _show(request, None, order, _first_words(request, order), [], blank_lines=1)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_invoices", "issue_invoices")
def invoice_draft_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    draft = draft_for(request, pk)
    if request.method == "POST":
        return _take(request, draft, draft.order)
    words = {"customer": str(draft.customer_id), "currency": draft.currency, "filled_currency": draft.customer.currency}
    rows = [typed_row(line, ONCE, draft.currency) for line in draft.lines.all()]
    return _show(
        request, draft, draft.order, words | {"note": draft.note}, with_memory(rows, "", draft.currency), blank_lines=0
    )


def _order(request: StaffRequest) -> Order | None:
    number = request.GET.get("order", "")
    if not number:
        return None
    if not re.fullmatch(OrderNumber.regex, number):
        raise Http404
    orders = Order.objects.visible_to(request.user).select_related("customer").filter(confirmed_at__isnull=False)
    return get_object_or_404(orders, number=number)


def _take(request: StaffRequest, draft: InvoiceDraft | None, order: Order | None) -> HttpResponse:
    """Answer a posted draft: draw it anew with prices (`refresh`, `add_line`), or store it."""
    data = {name: request.POST.get(name, "") for name in InvoiceDraftForm.base_fields}
    refreshes = "refresh" in request.POST
    if refreshes and not order:
        data = with_customers_currency(data, buyers_for(request.user, [data["customer"]], most=0))
    currency = _currency(data, order)
    rows = [row | {"charge": ONCE} for row in rows_of(request.POST.dict())]
    stock = stock_for(rows)
    rows = [fill(row, "", currency, stock) | {"charge": ONCE} for row in rows]
    if refreshes or "add_line" in request.POST:
        return _show(request, draft, order, data, rows, blank_lines=int("add_line" in request.POST))
    form = InvoiceDraftForm(data, reader=request.user, order=order)
    lines = line_set(stock, currency, data=posted(rows), form=OnceLineForm)
    weigh(lines, lines)
    if form.is_valid() and lines.is_valid():
        stored = _store(request, draft, form, lines)
        if stored:
            return redirect("backoffice:invoice_draft", stored.pk)
    return _page(request, draft, form, lines, currency)


def _store(request: StaffRequest, draft: InvoiceDraft | None, form: InvoiceDraftForm, lines: LineSet) -> InvoiceDraft | None:
    prepared = form.prepared(lines.used)
    who: dict[str, Any] = {"actor": acting(request.user), "at": timezone.now()}
    if draft:
        return store(form, lambda: revise_draft(draft, draft=prepared, **who))
    return store(form, lambda: create_draft(prepared, form_key=form.cleaned_data["form_key"] or None, **who))


def _show(
    request: StaffRequest,
    draft: InvoiceDraft | None,
    order: Order | None,
    words: dict[str, Any],
    rows: list[Row],
    *,
    blank_lines: int,
) -> HttpResponse:
    """Draw the form with `words` and `rows` as they were typed, without complaints: nobody has said they are done."""
    stock, currency = stock_for(rows), _currency(words, order)
    form = InvoiceDraftForm(initial=words, reader=request.user, order=order)
    lines = line_set(stock, currency, initial=rows, form=OnceLineForm)
    lines.extra = blank_lines
    weigh(lines, line_set(stock, currency, data=posted(rows), form=OnceLineForm))
    return _page(request, draft, form, lines, currency)


def _page(
    request: StaffRequest, draft: InvoiceDraft | None, form: InvoiceDraftForm, lines: LineSet, currency: str
) -> HttpResponse:
    context = {
        "draft": draft,
        "order": form.order,
        "form": form,
        "lines": lines,
        "currency": currency,
        "refreshes": "refresh" in request.POST,
        "totals": document_totals([line.amount for line in lines.forms if line.amount]),
    }
    return render(request, TEMPLATE, context, status=status_of(form, lines))


def _currency(words: dict[str, Any], order: Order | None) -> str:
    """Return the currency of the draft, whatever was posted as one."""
    currency = order.currency if order else str(words.get("currency", ""))
    return currency if currency in MINOR_DIGITS else Company.ours().currency


def _first_words(request: StaffRequest, order: Order | None) -> dict[str, Any]:
    currency = Company.ours().currency
    words = {"currency": currency, "filled_currency": currency, "form_key": str(uuid.uuid4())}
    if order:
        return words
    customer = request.GET.get("customer", "")
    return with_customers_currency(words | {"customer": customer}, buyers_for(request.user, [customer], most=0))
