"""Moves of an order that take no more than a press of a button."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from soon.activity.actor import staff as acting
from soon.domain.periods import local_date
from soon.models import Order
from soon.operations.quotations.cancel import cancel
from soon.operations.quotations.confirm import confirm
from soon.operations.quotations.reopen import reopen
from soon.operations.quotations.send import send
from soon.operations.subscriptions.reopen import reopen as reopen_subscription
from soon.operations.subscriptions.resume import resume
from soon.operations.subscriptions.undo_close import undo_close

from .access import StaffRequest, staff
from .answers import press


@require_POST
@staff("see_orders", "edit_orders")
def sending(request: StaffRequest, number: str) -> HttpResponse:
    """Send the quotation by e-mail."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    done = _("The quotation is sent.")
    return press(request, lambda: send(order, actor=actor, at=at), done=done, to=_page(order))


@require_POST
@staff("see_orders", "edit_orders")
def confirmation(request: StaffRequest, number: str) -> HttpResponse:
    """Confirm the quotation."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    today = local_date(at, order.time_zone)
    done = _("The order is confirmed and in progress.")
    return press(request, lambda: confirm(order, actor=actor, at=at, today=today), done=done, to=_page(order))


@require_POST
@staff("see_orders", "edit_orders")
def cancellation(request: StaffRequest, number: str) -> HttpResponse:
    """Cancel the quotation."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    done = _("The quotation is cancelled.")
    return press(request, lambda: cancel(order, actor=actor, at=at), done=done, to=_page(order))


@require_POST
@staff("see_orders", "edit_orders")
def reopening(request: StaffRequest, number: str) -> HttpResponse:
    """Set a cancelled order back to a quotation."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    done = _("The order is a quotation again.")
    return press(request, lambda: reopen(order, actor=actor, at=at), done=done, to=_page(order))


@require_POST
@staff("see_orders", "close_orders")
def closure_undo(request: StaffRequest, number: str) -> HttpResponse:
    """Take a scheduled closing back."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    today = local_date(at, order.time_zone)
    done = _("The closing is taken back; the subscription goes on.")
    return press(request, lambda: undo_close(order, actor=actor, at=at, today=today), done=done, to=_page(order))


@require_POST
@staff("see_orders", "reopen_orders")
def going_on(request: StaffRequest, number: str) -> HttpResponse:
    """Let a churned subscription go on."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    today = local_date(at, order.time_zone)
    done = _("The subscription goes on from today. Days in between are not billed.")
    return press(request, lambda: reopen_subscription(order, actor=actor, at=at, today=today), done=done, to=_page(order))


@require_POST
@staff("see_orders", "close_orders")
def resuming(request: StaffRequest, number: str) -> HttpResponse:
    """Let a paused subscription go on."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    today = local_date(at, order.time_zone)
    done = _("The subscription goes on. Days of the pause are not billed.")
    return press(request, lambda: resume(order, actor=actor, at=at, today=today), done=done, to=_page(order))


def _order(request: StaffRequest, number: str) -> Order:
    orders = Order.objects.visible_to(request.user).select_related("customer", "plan")
    return get_object_or_404(orders, number=number)


def _page(order: Order) -> str:
    return reverse("backoffice:order", args=[order.number])
