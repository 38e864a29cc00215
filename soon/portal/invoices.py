"""A customer's invoices: the list, the page of one, its PDF."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from soon.domain.zones import local_date
from soon.models import Invoice
from soon.printing import pdf_of_invoice
from soon.queries.portal import InvoiceRow, invoice_page, invoices_of

from .access import CustomerRequest, customer_required
from .downloads import pdf_response

PER_PAGE = 40


@require_safe
@customer_required
def invoices(request: CustomerRequest) -> HttpResponse:
    """List the customer's own invoices with their payment state."""
    page = Paginator(invoices_of(request.customer), PER_PAGE).get_page(request.GET.get("page"))
    today = local_date(request.at, request.customer.time_zone)
    rows = [InvoiceRow(invoice, invoice.payment_state(today)) for invoice in page]
    return render(request, "portal/invoices.html", {"page": page, "rows": rows, "section": "invoices"})


@require_safe
@customer_required
def invoice(request: CustomerRequest, pk: int) -> HttpResponse:
    """Show one own invoice."""
    own = _own(request, pk)
    page = invoice_page(own, local_date(request.at, request.customer.time_zone))
    return render(request, "portal/invoice.html", {"page": page, "invoice": own, "section": "invoices"})


@require_safe
@customer_required
def invoice_pdf(request: CustomerRequest, pk: int) -> HttpResponse:
    """Show one own invoice as it would print."""
    own = _own(request, pk)
    return pdf_response(pdf_of_invoice(own), own.number)


def _own(request: CustomerRequest, pk: int) -> Invoice:
    return get_object_or_404(invoices_of(request.customer), pk=pk)
