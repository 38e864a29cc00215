"""What a customer takes along: the receipt of a closing, and all their papers as one file."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_safe

from soon.domain.zones import local_date
from soon.printing import pdf_of_receipt
from soon.printing.receipts import name_of_receipt
from soon.queries import exit_package as papers
from soon.queries.portal import orders_of
from soon.queries.receipts import latest_closure

from .access import CustomerRequest, customer_required
from .downloads import pdf_response


@require_safe
@customer_required
def closure_receipt(request: CustomerRequest, number: str) -> HttpResponse:
    """Show the receipt of the latest closing of an own order."""
    closure = latest_closure(get_object_or_404(orders_of(request.customer), number=number))
    if closure is None:
        raise Http404
    with translation.override(request.customer.language):
        name = name_of_receipt(closure)
    return pdf_response(pdf_of_receipt(closure), name)


@require_safe
@customer_required
def exit_package(request: CustomerRequest) -> StreamingHttpResponse:
    """Hand out everything that is the customer's as a ZIP, made while it is sent."""
    today = local_date(request.at, request.customer.time_zone)
    return StreamingHttpResponse(
        papers.exit_package(request.customer, today=today),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{papers.name_of_package(request.customer, today)}"'},
    )
