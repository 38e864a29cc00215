"""The customer closes a subscription: says why, sees the last day of service, submits."""

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseLocation

from soon.domain.zones import local_date
from soon.models import CloseReason, Order
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.close import CannotClose, MayNotClose, close
from soon.queries.portal import last_day_if_closed, open_minor_of, orders_of

from .access import CustomerRequest, customer_required

TEMPLATE = "portal/closure.html"


class ClosureForm(forms.Form):
    """One of the reasons the business offers to customers; nothing is chosen for them."""

    # The browser would speak its own language, not the page's.
    use_required_attribute = False

    reason = forms.ModelChoiceField(
        queryset=CloseReason.objects.none(),
        label=gettext_lazy("Reason"),
        empty_label=None,
        blank=True,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose a reason."),
            "invalid_choice": gettext_lazy("Please choose one of the listed reasons."),
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].queryset = CloseReason.objects.for_customers()  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def closure(request: CustomerRequest, number: str) -> HttpResponseBase:
    """Ask for the reason (GET), then close the order (POST)."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    if order.plan is None or not order.plan.is_closable:
        return _dialog(request, order, ClosureForm(), refusal=_not_here(), status=403)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if not order.is_serving:
        # Asking the verb would refuse as well; so the sentence is the same for a second tab and a second click.
        return _dialog(request, order, form, refusal=_already(order), status=409)
    if request.method != "POST":
        return _dialog(request, order, form)
    if not form.is_valid():
        return _dialog(request, order, form, status=422)
    today = local_date(request.at, order.time_zone)
    try:
        close(order, reason=form.cleaned_data["reason"], actor=request.actor, at=request.at, today=today)
    except MayNotClose as refusal:
        return _dialog(request, order, form, refusal=str(refusal), status=403)
    except CannotClose as refusal:
        return _refused(request, order, form, refusal)
    url = reverse("portal:order", args=[order.number])
    return HttpResponseLocation(url, target="body", swap="innerHTML") if request.htmx else redirect(url)


def _refused(request: CustomerRequest, order: Order, form: ClosureForm, refusal: Refusal) -> HttpResponse:
    order.refresh_from_db()
    if not order.is_serving:
        return _dialog(request, order, form, refusal=str(refusal), status=409)
    form.add_error(None, str(refusal))
    return _dialog(request, order, form, status=409)


def _dialog(request: CustomerRequest, order: Order, form: ClosureForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """Render the dialog, or the whole page of it where there is no script; with a `refusal` it has no form."""
    context = {
        "order": order,
        "form": form,
        "refusal": refusal,
        "open_minor": open_minor_of(order),
        "last_day_on": last_day_if_closed(order, local_date(request.at, order.time_zone)),
    }
    template = f"{TEMPLATE}#dialog" if request.htmx.target == "dialog-content" else TEMPLATE
    return render(request, template, context, status=status)


def _already(order: Order) -> str:
    if order.is_offered:
        return _("This is still a quotation; there is no subscription to close.")
    return _("This subscription is already closed.")


def _not_here() -> str:
    return _("This subscription cannot be closed here. Please contact us and we will close it for you.")
