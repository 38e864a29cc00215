"""Paying a customer's credit back to them."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.domain.periods import local_date
from soon.models import Customer
from soon.operations.payments.pay_out import pay_out
from soon.queries.balances import balances_of

from .access import StaffRequest, staff
from .answers import store_once
from .dialogs import leave_for, render_dialog
from .payment_forms import OnAccountForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_customers", "register_payments")
def customer_payouts(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what credit there is and how much of it was paid back; book it."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    page_url = reverse("backoffice:customer", args=[customer.pk])
    at = timezone.now()
    today = local_date(at, customer.time_zone)
    balances = [each for each in balances_of(customer) if each.credit_minor]
    if request.method == "POST":
        form = OnAccountForm(request.POST)
        when: dict[str, Any] = {"actor": acting(request.user), "at": at, "today": today}
        done = _("The payout is registered.")
        if form.is_valid() and store_once(request, form, lambda: pay_out(customer, **form.said(), **when), done):
            return leave_for(request, page_url)
    else:
        currency = balances[0].currency if balances else customer.currency
        form = OnAccountForm(initial={"currency": currency, "paid_on": today, "form_key": str(uuid.uuid4())})
    context = {"customer": customer, "form": form, "balances": balances, "page_url": page_url}
    return render_dialog(request, "backoffice/payments/payout.html", context, refused=form.is_bound)
