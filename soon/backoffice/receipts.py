"""The receipt of a closing, the file that proves it, and all papers of a customer, for staff."""

from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from soon.domain.zones import local_date
from soon.models import Closure, Customer, Order
from soon.printing import pdf_of_receipt
from soon.printing.receipts import name_of_receipt
from soon.queries import exit_package as papers
from soon.queries.receipts import evidence_file, latest_closure

from .access import StaffRequest, staff
from .answers import pdf_answer
from .statements import SEES_STATEMENTS


@require_safe
@staff("see_orders")
def closure_receipt(request: StaffRequest, number: str) -> HttpResponse:
    """Show the receipt of the order's latest closing, in the customer's language."""
    closure = _closure(request, number)
    with translation.override(closure.customer.language):
        name = name_of_receipt(closure)
    return pdf_answer(pdf_of_receipt(closure), name)


@require_safe
@staff("close_orders")
def closure_evidence(request: StaffRequest, number: str) -> HttpResponse:
    """Hand out the evidence of the order's latest closing as JSON."""
    closure = _closure(request, number)
    return JsonResponse(
        evidence_file(closure, request.user),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={
            "Content-Disposition": f'attachment; filename="evidence-{closure.order.number}-{closure.pk}.json"',
            "Cache-Control": "no-store",
        },
    )


@require_safe
@staff(*SEES_STATEMENTS)
def exit_package(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """Hand out what the customer would get in the portal: everything that is theirs, as a ZIP."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    today = local_date(timezone.now(), customer.time_zone)
    return StreamingHttpResponse(
        papers.exit_package(customer, today=today),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{papers.name_of_package(customer, today)}"',
            "Cache-Control": "no-store",
        },
    )


def _closure(request: StaffRequest, number: str) -> Closure:
    order = get_object_or_404(Order.objects.visible_to(request.user), number=number)
    closure = latest_closure(order)
    if closure is None:
        raise Http404
    return closure
