"""Creating the invoice of an order's next period."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.domain.periods import local_date
from soon.models import Invoice, Order
from soon.operations.invoices.issue_next import issue_next
from soon.operations.refusal import Refusal
from soon.queries.order_page import OrderSheet, order_sheet

from .access import StaffRequest, staff
from .dialogs import leave_for, render_dialog


class NextInvoiceForm(forms.Form):
    """The period the reader saw, so that a second press does not invoice the one after; and whether early was meant."""

    expected_period_start = forms.DateField(required=False)
    early = forms.BooleanField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "issue_invoices")
def order_invoices(request: StaffRequest, number: str) -> HttpResponse:
    """Issue the next invoice; a period that has not begun yet is asked about first."""
    order = get_object_or_404(Order.objects.visible_to(request.user).select_related("customer", "plan"), number=number)
    at = timezone.now()
    today = local_date(at, order.time_zone)
    form = NextInvoiceForm(request.POST)
    if request.method != "POST":
        return _ask(request, order_sheet(order), today)
    if not form.is_valid():
        return _ask(request, order_sheet(order), today, _("That form was not complete. Here is the next period again."))
    expected, sheet = form.cleaned_data["expected_period_start"], order_sheet(order)
    if is_early(sheet, today) and not form.cleaned_data["early"] and _is_next(sheet, expected):
        return _ask(request, sheet, today)
    try:
        invoice = issue_next(order, actor=acting(request.user), at=at, today=today, expected_period_start=expected)
    except Refusal as refusal:
        return _refuse(request, order, today, str(refusal))
    messages.success(request, _told(invoice))
    return leave_for(request, _page(order))


def is_early(sheet: OrderSheet, today: datetime.date) -> bool:
    """Return whether the next period of the order is not due yet on the local date `today`."""
    return sheet.due is not None and sheet.due.due_on > today


def _is_next(sheet: OrderSheet, expected: datetime.date | None) -> bool:
    # A reader who saw another period is told so by the verb, instead of being asked about this one.
    return expected is None or (sheet.due is not None and sheet.due.period.service.start == expected)


def _ask(request: StaffRequest, sheet: OrderSheet, today: datetime.date, complaint: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "order": sheet.order,
        "sheet": sheet,
        "today": today,
        "is_early": is_early(sheet, today),
        "complaint": complaint,
        "page_url": _page(sheet.order),
    }
    return render_dialog(request, "backoffice/orders/next_invoice.html", context, refused=bool(complaint))


def _refuse(request: StaffRequest, order: Order, today: datetime.date, complaint: str) -> HttpResponse:
    if request.htmx:
        order.refresh_from_db()
        return _ask(request, order_sheet(order), today, complaint)
    messages.error(request, complaint)
    return leave_for(request, _page(order))


def _told(invoice: Invoice) -> str:
    link = format_html('<a href="{}">{}</a>', reverse("backoffice:invoice", args=[invoice.pk]), invoice.number)
    return format_html(_("Invoice {invoice} is issued."), invoice=link)


def _page(order: Order) -> str:
    return reverse("backoffice:order", args=[order.number])
