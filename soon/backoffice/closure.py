"""Closing a subscription from the back office: the Close Reason dialog."""

import datetime
import unicodedata
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.domain.closing import end_of_service
from soon.domain.periods import local_date
from soon.models import CloseReason, Order
from soon.operations.subscriptions.close import close
from soon.queries.order_page import invoice_figures

from .access import StaffRequest, staff
from .answers import store
from .dialogs import leave_for, render_dialog

TEMPLATE = "backoffice/orders/closure.html"


class ReasonInput(forms.TextInput):
    """A field with suggestions, that also takes other words."""

    template_name = "backoffice/orders/reason_input.html"

    def __init__(self) -> None:
        super().__init__({"list": "close-reasons", "data-combobox": True, "data-autofocus": True, "autocomplete": "off"})
        self.suggestions: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"suggestions": self.suggestions}


class ClosureForm(forms.Form):
    """A configured reason by its name in either language, or one's own words."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=ReasonInput,
        error_messages={"required": _("Pick a reason or type your own.")},
        help_text=_("Pick one of the reasons, or type your own."),
    )

    def __init__(self, *args: Any, reasons: list[CloseReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["reason"].widget
        widget.suggestions = [reason.name for reason in reasons]


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "close_orders")
def closure(request: StaffRequest, number: str) -> HttpResponse:
    """Say what closing today means and ask why; close the subscription for the reason given."""
    orders = Order.objects.visible_to(request.user).select_related("customer", "plan", "closure__reason")
    order = get_object_or_404(orders, number=number)
    at = timezone.now()
    today = local_date(at, order.time_zone)
    form = ClosureForm(request.POST if request.method == "POST" else None, reasons=list(CloseReason.objects.for_staff()))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["reason"]
        reason = _listed(words)
        actor, own_words = acting(request.user), "" if reason else words
        if store(form, lambda: close(order, actor=actor, at=at, today=today, reason=reason, own_words=own_words)):
            return leave_for(request, _page(order))
        order.refresh_from_db()
    return render_dialog(request, TEMPLATE, _context(order, form, today), refused=bool(form.errors))


def _context(order: Order, form: ClosureForm, today: datetime.date) -> dict[str, Any]:
    effective_on = end_of_service(
        today, today_is_served=order.plan.closing_day_is_served if order.plan else True, start_on=order.start_on
    )
    return {
        "order": order,
        "form": form,
        "today": today,
        "last_day_on": effective_on - datetime.timedelta(days=1),
        "is_never_served": order.start_on is not None and effective_on <= order.start_on,
        "figures": invoice_figures(order),
        "page_url": _page(order),
    }


def _listed(words: str) -> CloseReason | None:
    """Return the reason that is called `words` in either language, one still offered before others; None for own words."""
    named = [each for each in CloseReason.objects.all() if _plain(words) in (_plain(each.name_vi), _plain(each.name_en))]
    # A name that is no longer offered is found as well, so that the verb can say so.
    return min(named, key=lambda each: (each.archived_at is not None, each.system_code is not None), default=None)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _page(order: Order) -> str:
    return reverse("backoffice:order", args=[order.number])
