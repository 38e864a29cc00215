"""The page of one invoice, its PDF, and money received for it."""

import datetime
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from soon.activity.actor import staff as acting
from soon.activity.feed import by_day
from soon.domain.periods import local_date
from soon.models import Invoice, Payment
from soon.operations.payments.register_payment import AlreadyRegistered, register_payment
from soon.operations.refusal import Refusal
from soon.printing import pdf_of_invoice
from soon.queries.invoice_page import invoice_sheet

from .access import StaffRequest, staff
from .dialogs import leave_for, render_dialog
from .fields import MoneyField
from .order_form import DayInput

# Day one of the oldest books that anybody may bring along.
EARLIEST = datetime.date(2000, 1, 1)


@require_safe
@staff("see_invoices")
def invoice_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an invoice: what was charged and why, what was paid, and what happened."""
    invoice = _invoice(request, pk)
    zone = _zone(invoice)
    today = local_date(timezone.now(), zone)
    sheet = invoice_sheet(invoice)
    context = {
        "invoice": invoice,
        "sheet": sheet,
        "payment_state": invoice.payment_state(today),
        "days": by_day(sheet.entries, time_zone=zone, today=today),
        "may_pay": _may_pay(request, invoice),
        "shows_order": invoice.order is not None and request.user.may("see_orders"),
    }
    return render(request, "backoffice/invoices/invoice.html", context)


@require_safe
@staff("see_invoices")
def invoice_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the invoice on paper, in the customer's language."""
    invoice = _invoice(request, pk)
    response = HttpResponse(pdf_of_invoice(invoice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{invoice.number.replace("/", "-")}.pdf"'
    return response


class PaymentForm(forms.Form):
    """An amount received. `form_key` makes repeats of one form one payment."""

    amount = MoneyField(label=pgettext_lazy("payment", "Amount"), smallest=1)
    paid_on = forms.DateField(label=gettext_lazy("Payment date"), widget=DayInput)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Payment.Method.choices)
    reference = forms.CharField(label=gettext_lazy("Reference"), required=False, max_length=100)
    form_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        if isinstance(amount, MoneyField):
            amount.currency = currency

    def clean_paid_on(self) -> datetime.date:
        """Refuse a year that was mistyped."""
        day: datetime.date = self.cleaned_data["paid_on"]
        if day < EARLIEST:
            raise ValidationError(_("This day is too long ago. Check the year."))
        return day


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_invoices", "register_payments")
def invoice_payments(request: StaffRequest, pk: int) -> HttpResponse:
    """Register a payment for the invoice; what is open is suggested, parts are welcome."""
    invoice = _invoice(request, pk)
    at = timezone.now()
    today = local_date(at, _zone(invoice))
    if request.method != "POST":
        initial = {"amount": invoice.open_minor, "paid_on": today, "form_key": str(uuid.uuid4())}
        return _dialog(request, invoice, PaymentForm(initial=initial, currency=invoice.currency))
    form = PaymentForm(request.POST, currency=invoice.currency)
    if not form.is_valid():
        return _dialog(request, invoice, form)
    try:
        _register(request, invoice, form.cleaned_data, at, today)
    except AlreadyRegistered as repeated:
        messages.info(request, str(repeated))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _dialog(request, invoice, form)
    else:
        messages.success(request, _("The payment is registered."))
    return leave_for(request, reverse("backoffice:invoice", args=[invoice.pk]))


def _register(
    request: StaffRequest, invoice: Invoice, said: dict[str, Any], at: datetime.datetime, today: datetime.date
) -> Payment:
    return register_payment(
        invoice,
        amount_minor=said["amount"],
        paid_on=said["paid_on"],
        method=said["method"],
        reference=said["reference"],
        form_key=said["form_key"] or None,
        actor=acting(request.user),
        at=at,
        today=today,
    )


def _dialog(request: StaffRequest, invoice: Invoice, form: PaymentForm) -> HttpResponse:
    if form.is_bound:
        invoice.refresh_from_db()
    context = {"invoice": invoice, "form": form, "page_url": reverse("backoffice:invoice", args=[invoice.pk])}
    return render_dialog(request, "backoffice/invoices/payment.html", context, refused=form.is_bound)


def _invoice(request: StaffRequest, pk: int) -> Invoice:
    invoices = Invoice.objects.visible_to(request.user).select_related("customer", "order")
    return get_object_or_404(invoices, pk=pk)


def _zone(invoice: Invoice) -> str:
    return invoice.order.time_zone if invoice.order else invoice.customer.time_zone


def _may_pay(request: StaffRequest, invoice: Invoice) -> bool:
    is_open = invoice.kind == Invoice.Kind.INVOICE and invoice.open_minor > 0
    return is_open and request.user.may("register_payments")
