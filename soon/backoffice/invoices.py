"""The page of one invoice or credit note, and its PDF."""

import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from soon.activity.feed import by_day
from soon.domain.zones import local_date
from soon.models import Invoice
from soon.printing import pdf_of_invoice
from soon.queries.invoice_page import invoice_sheet

from .access import StaffRequest, staff
from .answers import pdf_answer


@require_safe
@staff("see_invoices")
def invoice_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an invoice: what was charged and why, what settled it, who was written to, and what happened."""
    invoice = invoice_for(request, pk)
    today = today_of(invoice, timezone.now())
    sheet = invoice_sheet(invoice)
    is_invoice = invoice.kind == Invoice.Kind.INVOICE
    is_open = is_invoice and invoice.open_minor > 0
    may_settle = request.user.may("register_payments")
    context = {
        "invoice": invoice,
        "sheet": sheet,
        "is_invoice": is_invoice,
        "payment_state": invoice.payment_state(today),
        "days": by_day(sheet.entries, time_zone=zone_of(invoice), today=today),
        "may_pay": is_open and may_settle,
        "usable_minor": min(sheet.credit_minor, invoice.open_minor) if is_open and may_settle else 0,
        "may_credit": invoice.creditable_minor > 0 and may_settle and request.user.may("issue_invoices"),
        "shows_order": invoice.order is not None and request.user.may("see_orders"),
    }
    return render(request, "backoffice/invoices/invoice.html", context)


@require_safe
@staff("see_invoices")
def invoice_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the invoice on paper, in the customer's language."""
    invoice = invoice_for(request, pk)
    return pdf_answer(pdf_of_invoice(invoice), invoice.number)


def invoice_for(request: StaffRequest, pk: int) -> Invoice:
    """Return the document if the reader may see it, with what its page and its dialogs need; 404 otherwise."""
    invoices = Invoice.objects.visible_to(request.user).select_related("customer", "order", "refers_to")
    return get_object_or_404(invoices, pk=pk)


def zone_of(invoice: Invoice) -> str:
    """Return the time zone in which the days of the document are counted: that of its order, else of its customer."""
    return invoice.order.time_zone if invoice.order else invoice.customer.time_zone


def today_of(invoice: Invoice, at: datetime.datetime) -> datetime.date:
    """Return the local date of the moment `at` for this document."""
    return local_date(at, zone_of(invoice))
