"""Why a customer left as staff see it: a dialog of its own, so that what the customer said stays as they said it."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.models import CloseReason, Order
from soon.operations.subscriptions.note_reason import note_reason

from .access import StaffRequest, staff
from .answers import store
from .dialogs import leave_for, render_dialog

TEMPLATE = "backoffice/orders/closure_view.html"


class StaffReasonForm(forms.Form):
    """One of the reasons offered to staff, or none."""

    reason = forms.ModelChoiceField(
        queryset=CloseReason.objects.none(), label=_("Reason as staff see it"), required=False, empty_label=_("Not noted")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].queryset = CloseReason.objects.for_staff()  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "close_orders")
def closure_view(request: StaffRequest, number: str) -> HttpResponse:
    """Ask for the reason as staff see it, and keep it beside the customer's."""
    orders = Order.objects.visible_to(request.user).select_related("customer", "closure__reason", "closure__staff_reason")
    order = get_object_or_404(orders, number=number)
    page_url = reverse("backoffice:order", args=[order.number])
    noted = order.closure.staff_reason if order.closure else None
    form = StaffReasonForm(request.POST if request.method == "POST" else None, initial={"reason": noted})
    if request.method == "POST" and form.is_valid():
        reason, at = form.cleaned_data["reason"], timezone.now()
        if store(form, lambda: note_reason(order, reason=reason, actor=acting(request.user), at=at)):
            return leave_for(request, page_url)
    context = {"order": order, "form": form, "page_url": page_url}
    return render_dialog(request, TEMPLATE, context, refused=bool(form.errors))
