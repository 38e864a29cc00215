"""Money received: registering it for an invoice or on account, the page of a payment, taking one back."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from soon.activity.actor import staff as acting
from soon.domain.zones import local_date
from soon.models import Customer, Invoice, Payment
from soon.operations.payments.register_on_account import register_on_account
from soon.operations.payments.register_payment import register_payment
from soon.operations.payments.reverse import reverse as take_back
from soon.queries.balances import balances_of
from soon.queries.payment_page import is_registered, payment_sheet

from .access import StaffRequest, staff
from .answers import store_once
from .dialogs import leave_for, render_dialog
from .invoices import invoice_for, today_of
from .payment_forms import OnAccountForm, PaymentForm, ReasonForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_invoices", "register_payments")
def invoice_payments(request: StaffRequest, pk: int) -> HttpResponse:
    """Register a payment for the invoice; what is open is suggested, parts are welcome, too much is asked about once."""
    invoice = invoice_for(request, pk)
    at = timezone.now()
    today = today_of(invoice, at)
    if request.method != "POST":
        initial = {"amount": invoice.open_minor or "", "paid_on": today, "form_key": str(uuid.uuid4())}
        return _for_invoice(request, invoice, PaymentForm(initial=initial, currency=invoice.currency))
    form = PaymentForm(request.POST, currency=invoice.currency)
    if not form.is_valid():
        return _for_invoice(request, invoice, form)
    rest_minor = form.cleaned_data["amount"] - invoice.open_minor
    is_asked = form.cleaned_data["rest_minor"] == str(rest_minor) or is_registered(form.cleaned_data["form_key"])
    if rest_minor > 0 and not is_asked:
        return _for_invoice(request, invoice, form, rest_minor)
    when: dict[str, Any] = {"actor": acting(request.user), "at": at, "today": today}
    if not store_once(request, form, lambda: register_payment(invoice, **form.said(), **when), _("The payment is registered.")):
        return _for_invoice(request, invoice, form)
    return leave_for(request, reverse("backoffice:invoice", args=[invoice.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_customers", "register_payments")
def customer_payments(request: StaffRequest, pk: int) -> HttpResponse:
    """Register a payment of the customer that is for no invoice in particular."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    at = timezone.now()
    today = local_date(at, customer.time_zone)
    if request.method != "POST":
        initial = {"currency": customer.currency, "paid_on": today, "form_key": str(uuid.uuid4())}
        return _on_account(request, customer, OnAccountForm(initial=initial))
    form = OnAccountForm(request.POST)
    when: dict[str, Any] = {"actor": acting(request.user), "at": at, "today": today}
    done = _("The payment is registered.")
    if form.is_valid() and store_once(request, form, lambda: register_on_account(customer, **form.said(), **when), done):
        return leave_for(request, reverse("backoffice:customer", args=[customer.pk]))
    return _on_account(request, customer, form)


@require_safe
@staff("see_invoices")
def payment_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a payment: from whom, what it settled, and whether it was taken back."""
    payment = _payment(request, pk)
    context = {
        "payment": payment,
        "sheet": payment_sheet(payment),
        "may_reverse": payment.reversed_at is None and request.user.may("register_payments"),
    }
    return render(request, "backoffice/payments/payment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_invoices", "register_payments")
def payment_reversal(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what a reversal opens again and ask for the reason; then take the payment back."""
    payment = _payment(request, pk)
    page_url = reverse("backoffice:payment", args=[payment.pk])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        today = local_date(at, payment.customer.time_zone)
        reason = form.cleaned_data["reason"]
        if store_once(
            request,
            form,
            lambda: take_back(payment, reason=reason, actor=acting(request.user), at=at, today=today),
            _("The payment is reversed."),
        ):
            return leave_for(request, page_url)
        payment = _payment(request, pk)
    context = {"payment": payment, "sheet": payment_sheet(payment), "form": form, "page_url": page_url}
    return render_dialog(request, "backoffice/payments/reversal.html", context, refused=form.is_bound)


def _for_invoice(request: StaffRequest, invoice: Invoice, form: PaymentForm, rest_minor: int = 0) -> HttpResponse:
    if form.is_bound:
        invoice.refresh_from_db()
    page_url = reverse("backoffice:invoice", args=[invoice.pk])
    context: dict[str, Any] = {"invoice": invoice, "form": form, "rest_minor": rest_minor, "page_url": page_url}
    return render_dialog(request, "backoffice/invoices/payment.html", context, refused=form.is_bound)


def _on_account(request: StaffRequest, customer: Customer, form: OnAccountForm) -> HttpResponse:
    context = {
        "customer": customer,
        "form": form,
        "balances": balances_of(customer),
        "page_url": reverse("backoffice:customer", args=[customer.pk]),
    }
    return render_dialog(request, "backoffice/payments/on_account.html", context, refused=form.is_bound)


def _payment(request: StaffRequest, pk: int) -> Payment:
    related = ("customer", "invoice", "registered_by", "reversed_by")
    return get_object_or_404(Payment.objects.visible_to(request.user).select_related(*related), pk=pk)
