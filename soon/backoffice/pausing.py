"""Pausing a subscription from the back office: the day, the money it gives back, and when it goes on; and changing that day."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.domain.pausing import NOTICE_DAYS
from soon.domain.periods import local_date
from soon.models import Order
from soon.operations.subscriptions.change_pause_end import change_pause_end
from soon.operations.subscriptions.pause import pause
from soon.operations.subscriptions.preview_pause import CannotPause, PausePreview, preview_pause
from soon.queries.pauses import pause_of

from .access import StaffRequest, staff
from .answers import store
from .dialogs import leave_for, render_dialog
from .order_form import DayField

DAY = datetime.timedelta(days=1)


class EndForm(forms.Form):
    """The first local date that is served again; empty: until somebody resumes it."""

    resumes_on = DayField(label=_("Goes on again on"), required=False)


class PausingForm(EndForm):
    """The last local date of service before the pause, and when it goes on."""

    last_on = DayField(label=_("Last day of service"))

    @property
    def paused_on(self) -> datetime.date | None:
        """The first local date that is not served."""
        last_on = self.cleaned_data.get("last_on")
        return last_on + DAY if last_on else None


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "close_orders")
def pausing(request: StaffRequest, number: str) -> HttpResponse:
    """Show what pausing comes to; pause the subscription."""
    order, actor, at = _order(request, number), acting(request.user), timezone.now()
    today = local_date(at, order.time_zone)
    is_submitted = request.method == "POST" and "look" not in request.POST
    form = PausingForm(request.POST if request.method == "POST" else None)
    if is_submitted and form.is_valid() and _has_seen(form):
        asked = {
            "paused_on": form.paused_on,
            "resumes_on": form.cleaned_data["resumes_on"],
            "expected_fingerprint": form.data.get("seen-pause", "")[:64],
        }
        if store(form, lambda: pause(order, actor=actor, at=at, today=today, **asked)):
            messages.success(request, _("The subscription is paused. Days paid for beyond it are given back."))
            return leave_for(request, _page(order))
        order.refresh_from_db()
    found, refusal = _preview(order, request, form, today)
    if not form.is_bound or not is_submitted:
        # As it was typed, without complaints about what nobody has submitted yet.
        last_on = form.data.get("last_on") or (found.last_day_on if found else None)
        form = PausingForm(initial={"last_on": last_on, "resumes_on": form.data.get("resumes_on")})
    context = {"order": order, "form": form, "preview": found, "refusal": refusal, "today": today, **_shared(order)}
    return render_dialog(request, "backoffice/orders/pausing.html", context, refused=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "close_orders")
def pause_end(request: StaffRequest, number: str) -> HttpResponse:
    """Change when the pause of a subscription ends."""
    order, at = _order(request, number), timezone.now()
    when: dict[str, Any] = {"actor": acting(request.user), "at": at, "today": local_date(at, order.time_zone)}
    found = pause_of(order)
    form = EndForm(
        request.POST if request.method == "POST" else None, initial={"resumes_on": found.resumes_on if found else None}
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["resumes_on"]
        if store(form, lambda: change_pause_end(order, resumes_on=wanted, **when)):
            messages.success(request, _("The pause ends as you say now."))
            return leave_for(request, _page(order))
    context = {"order": order, "form": form, "pause": found, **_shared(order)}
    return render_dialog(request, "backoffice/orders/pause_end.html", context, refused=bool(form.errors))


def _has_seen(form: PausingForm) -> bool:
    """Return whether the figures were shown for the very day that was posted; else the form shows them first."""
    last_on = form.cleaned_data["last_on"]
    if form.data.get("seen-last-on") == last_on.isoformat():
        return True
    form.add_error(None, _("Here is what pausing as of that day comes to. Look at it, then submit."))
    return False


def _preview(order: Order, request: StaffRequest, form: PausingForm, today: datetime.date) -> tuple[PausePreview | None, str]:
    """Return what pausing comes to on the day that was typed, or on today's; or why it cannot be done."""
    paused_on = form.paused_on if form.is_bound and (form.is_valid() or "last_on" not in form.errors) else None
    try:
        return preview_pause(order, actor=acting(request.user), today=today, paused_on=paused_on), ""
    except CannotPause as refusal:
        return None, str(refusal)


def _order(request: StaffRequest, number: str) -> Order:
    orders = Order.objects.visible_to(request.user).select_related("customer", "plan")
    return get_object_or_404(orders, number=number)


def _shared(order: Order) -> dict[str, Any]:
    return {"page_url": _page(order), "notice_days": NOTICE_DAYS}


def _page(order: Order) -> str:
    return reverse("backoffice:order", args=[order.number])
