"""A customer's orders: the list, the page of one, accepting a quotation, writing to us, the document as PDF."""

import datetime
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from soon.activity.feed import by_day
from soon.activity.kinds import CUSTOMER
from soon.domain.zones import local_date
from soon.models import Company, Order
from soon.operations.chatter.write_to_staff import CannotWriteToStaff, write_to_staff
from soon.operations.quotations.confirm import CannotConfirm, confirm
from soon.printing import pdf_of_order
from soon.queries.portal import OrderPage, order_page, orders_of

from .access import CustomerRequest, customer_required
from .closure import ClosureForm
from .downloads import pdf_response

PER_PAGE = 40
LONGEST_MESSAGE = 5000


@require_safe
@customer_required
def home(request: CustomerRequest) -> HttpResponse:
    """List the customer's own orders, closed ones too."""
    page = Paginator(orders_of(request.customer), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/orders.html", {"page": page, "section": "orders"})


@require_safe
@customer_required
def order(request: CustomerRequest, number: str) -> HttpResponse:
    """Show one own order."""
    return show(request, _own(request, number))


@require_POST
@customer_required
def acceptance(request: CustomerRequest, number: str) -> HttpResponse:
    """Accept a quotation."""
    offered = _own(request, number)
    today = local_date(request.at, offered.time_zone)
    try:
        confirm(offered, actor=request.actor, at=request.at, today=today, expected_offer=request.POST.get("offer"))
    except CannotConfirm as refusal:
        messages.error(request, str(refusal))
        return show(request, _own(request, number), status=409)
    messages.success(request, _("Thank you. Your order is confirmed."))
    return redirect("portal:order", number=number)


@require_POST
@customer_required
def message(request: CustomerRequest, number: str) -> HttpResponse:
    """Write to the salesperson."""
    own = _own(request, number)
    body = request.POST.get("body", "").replace("\0", "")
    if len(body) > LONGEST_MESSAGE:
        words = _("Please keep the message under %(limit)s characters.") % {"limit": LONGEST_MESSAGE}
        return show(request, own, status=422, message_error=words, message_text=body)
    try:
        write_to_staff(own, text=body, actor=request.actor, at=request.at)
    except CannotWriteToStaff as refusal:
        return show(request, own, status=422, message_error=str(refusal), message_text=body)
    messages.success(request, _("Your message is on its way."))
    return redirect("portal:order", number=number)


@require_safe
@customer_required
def order_pdf(request: CustomerRequest, number: str) -> HttpResponse:
    """Show an own order as it would print."""
    own = _own(request, number)
    return pdf_response(pdf_of_order(own), own.number)


def show(request: CustomerRequest, order: Order, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Render the page of `order`."""
    today = local_date(request.at, order.time_zone)
    context = context_of(order_page(order, today), today) | extra
    return render(request, "portal/order.html", context | {"section": "orders"}, status=status)


def context_of(page: OrderPage, today: datetime.date) -> dict[str, Any]:
    """Return what the order page needs, the same for the customer and for staff's preview."""
    days = by_day(page.entries, time_zone=page.order.time_zone, today=today, reader=CUSTOMER)
    # Through which door something was done means nothing to customers.
    told = [(day, [replace(entry, channel="") for entry in entries]) for day, entries in days]
    form = ClosureForm(policy=Company.ReasonPolicy.REQUIRED) if page.can_say_why else None
    return {"page": page, "order": page.order, "days": told, "reason_form": form}


def _own(request: CustomerRequest, number: str) -> Order:
    return get_object_or_404(orders_of(request.customer), number=number)
