"""Crediting an invoice, and letting the customer's credit settle it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from soon.activity.actor import staff as acting
from soon.domain.crediting import Creditable
from soon.models import Invoice, InvoiceLine
from soon.operations.invoices.credit import LONGEST_REASON, credit
from soon.operations.payments.apply_credit import apply_credit
from soon.queries.creditable import creditable_lines

from .access import StaffRequest, staff
from .answers import press, store
from .dialogs import leave_for, render_dialog
from .fields import MoneyField
from .invoices import invoice_for, today_of

Left = Sequence[tuple[InvoiceLine, Creditable]]


class CreditForm(forms.Form):
    """Why, and how much of every line of which something is left; `seen_minor` is what the reader saw as credited before."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It stands on the credit note; the customer reads it."),
        error_messages={"required": gettext_lazy("Say why.")},
    )
    seen_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**18)

    def __init__(self, *args: Any, invoice: Invoice, left: Left, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = [(line, part) for line, part in left if part.open_minor]
        for line, part in self.left:
            field = MoneyField(currency=invoice.currency, required=False, initial=part.open_minor, label=line.description)
            self.fields[_name(line)] = field

    @property
    def rows(self) -> list[tuple[InvoiceLine, Creditable, forms.BoundField]]:
        """Every line with its field."""
        return [(line, part, self[_name(line)]) for line, part in self.left]

    def amounts(self) -> dict[int, int]:
        """Return how much to give back of which line, as the verb takes it."""
        return {line.pk: self.cleaned_data[_name(line)] or 0 for line, _part in self.left}

    def clean(self) -> None:
        """Put at each line that it has not so much left."""
        for line, part in self.left:
            if (self.cleaned_data.get(_name(line)) or 0) > part.open_minor:
                self.add_error(_name(line), ValidationError(_("This is more than is left of the line.")))


def _name(line: InvoiceLine) -> str:
    return f"amount_{line.position}"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_invoices", "issue_invoices", "register_payments")
def invoice_credit_notes(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask what is to be credited and why, everything that is left being suggested; then issue the credit note."""
    invoice = invoice_for(request, pk)
    left = creditable_lines(invoice)
    if request.method != "POST":
        return _ask(request, invoice, CreditForm(initial={"seen_minor": invoice.credited_minor}, invoice=invoice, left=left))
    form = CreditForm(request.POST, invoice=invoice, left=left)
    note = store(form, partial(_credit, request, invoice, form)) if form.is_valid() else None
    if note is None:
        return _ask(request, invoice, form)
    link = format_html('<a href="{}">{}</a>', reverse("backoffice:invoice", args=[note.pk]), note.number)
    messages.success(request, format_html(_("Credit note {number} is issued."), number=link))
    return leave_for(request, reverse("backoffice:invoice", args=[invoice.pk]))


@require_POST
@staff("see_invoices", "register_payments")
def invoice_settlements(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the customer's credit settle the invoice."""
    invoice, at = invoice_for(request, pk), timezone.now()
    deed = partial(apply_credit, invoice, actor=acting(request.user), at=at, today=today_of(invoice, at))
    return press(request, deed, done=_("The credit is used."), to=reverse("backoffice:invoice", args=[invoice.pk]))


def _credit(request: StaffRequest, invoice: Invoice, form: CreditForm) -> Invoice:
    at = timezone.now()
    return credit(
        invoice,
        reason=form.cleaned_data["reason"],
        amounts=form.amounts(),
        expected_credited_minor=form.cleaned_data["seen_minor"],
        actor=acting(request.user),
        at=at,
        today=today_of(invoice, at),
    )


def _ask(request: StaffRequest, invoice: Invoice, form: CreditForm) -> HttpResponse:
    context = {"invoice": invoice, "form": form, "page_url": reverse("backoffice:invoice", args=[invoice.pk])}
    return render_dialog(request, "backoffice/invoices/credit.html", context, refused=form.is_bound)
