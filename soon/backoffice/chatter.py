"""Notes and messages written on the page of an order."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from soon.activity.actor import staff as acting
from soon.models import Order
from soon.operations.chatter.log_note import log_note
from soon.operations.chatter.write_to_customer import write_to_customer
from soon.operations.refusal import Refusal

from .access import StaffRequest, staff
from .orders import render_order

LONGEST_TEXT = 10_000


@require_POST
@staff("see_orders")
def notes(request: StaffRequest, number: str) -> HttpResponse:
    """Log a note that only colleagues read."""
    return _write(request, number, log_note, "note", _("The note is logged."))


@require_POST
@staff("see_orders", "edit_orders")
def customer_messages(request: StaffRequest, number: str) -> HttpResponse:
    """Write to the customer, in the portal and by e-mail."""
    return _write(request, number, write_to_customer, "message", _("The message is on its way to the customer."))


def _write(request: StaffRequest, number: str, verb: Callable[..., Any], name: str, done: str) -> HttpResponse:
    order = get_object_or_404(Order.objects.visible_to(request.user).select_related("customer", "salesperson"), number=number)
    text = request.POST.get("body", "").replace("\0", "")
    try:
        if len(text) > LONGEST_TEXT:
            raise Refusal(_("This text is too long. Please shorten it."))
        verb(order, text=text, actor=acting(request.user), at=timezone.now())
    except Refusal as refusal:
        return render_order(request, order.number, {f"{name}_error": str(refusal), f"{name}_text": text}, status=422)
    messages.success(request, done)
    return redirect("backoffice:order", order.number)
