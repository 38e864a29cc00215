"""The offer beside closing: shown for the reason that was chosen, and taken by a button of its own."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseLocation

from soon.domain.zones import local_date
from soon.models import Company
from soon.operations.offers.accept import accept
from soon.operations.offers.show import show
from soon.operations.refusal import Refusal
from soon.queries.portal import orders_of

from .access import CustomerRequest, customer_required
from .closure import ClosureForm, dialog


@require_POST
@customer_required
def offer(request: CustomerRequest, number: str) -> HttpResponseBase:
    """Show what is offered for the chosen reason, if anything: beside the reasons, or without scripts on the page anew."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    form = ClosureForm(request.POST, policy=Company.ours().reason_policy)
    form.full_clean()
    reason = form.cleaned_data.get("reason")
    found = show(order, reason=reason, at=request.at, today=local_date(request.at, order.time_zone))
    if request.htmx:
        context = {"order": order, "offer": found}
        return render(request, "portal/_offer.html", context) if found else HttpResponse()
    if order.closure_id or not order.is_serving or order.plan is None or not order.plan.is_closable:
        return redirect("portal:closure", number=number)
    return dialog(request, order, form, offer=found, status=200 if form.is_valid() else 422)


@require_POST
@customer_required
def offer_acceptance(request: CustomerRequest, number: str) -> HttpResponse:
    """Take what was offered; the page of the order then shows what was done."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    try:
        taken = accept(order, actor=request.actor, at=request.at, today=local_date(request.at, order.time_zone))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done: %(what)s. %(text)s") % {"what": taken.title, "text": taken.text})
    url = reverse("portal:order", args=[number])
    return HttpResponseLocation(url, target="body", swap="innerHTML") if request.htmx else redirect(url)
