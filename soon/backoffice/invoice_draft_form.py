"""A draft invoice as a form: its head; its lines are those of order_lines.py."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.models import Customer, Order, User
from soon.operations.invoices.prepared import PreparedInvoice, PreparedLine
from soon.queries.catalogue import buyers_for

from .choices import currencies
from .order_form import email_or_city
from .order_lines import LineForm
from .pick_fields import MOST_OPTIONS, PickField


class InvoiceDraftForm(forms.Form):
    """Whom the invoice is for. Of an order it is for that order's customer, in its currency, which are then not asked."""

    customer = PickField(
        label=_("Customer"),
        url="/customers/options/",
        empty_label=_("Choose a customer"),
        error_messages={"required": _("Choose a customer.")},
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    filled_currency = forms.CharField(required=False, widget=forms.HiddenInput, max_length=3)
    note = forms.CharField(
        label=_("Internal note"),
        required=False,
        max_length=300,
        help_text=_("Only colleagues read it; it does not stand on the invoice."),
    )
    form_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reader: User, order: Order | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        if order:
            for name in ("customer", "currency", "filled_currency"):
                del self.fields[name]
            return
        said = self.data.get("customer") if self.is_bound else self.initial.get("customer")
        buyers = buyers_for(reader, [str(said or "")], most=MOST_OPTIONS)
        PickField.of(self, "customer").offer(buyers, hint=email_or_city)
        if not reader.may("see_all_orders"):
            # The search would find customers of colleagues too.
            del self.fields["customer"].widget.attrs["data-combobox-url"]
        for name in ("customer", "currency"):
            self.fields[name].widget.attrs["data-refreshes"] = True

    def prepared(self, lines: Sequence[LineForm]) -> PreparedInvoice:
        """Return the draft as the verbs take it."""
        data, order = self.cleaned_data, self.order
        return PreparedInvoice(
            customer=order.customer if order else data["customer"],
            currency=order.currency if order else data["currency"],
            order=order,
            note=data["note"],
            lines=[_prepared(line) for line in lines],
        )


def may_draft(user: User, customer: Customer) -> bool:
    """Return whether `user` may prepare an invoice for the customer: they serve them, or see all orders."""
    is_theirs = user.may("see_all_orders") or customer.salesperson_id == user.pk
    return is_theirs and user.may("issue_invoices") and customer.archived_at is None


def _prepared(form: LineForm) -> PreparedLine:
    line = form.draft_line()
    return PreparedLine(
        product=line.product,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        description=line.description,
        discount_percent=line.discount_percent,
        tax=line.tax,
    )
