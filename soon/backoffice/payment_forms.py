"""What is typed about money received."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from soon.models import Payment

from .choices import currencies
from .fields import MoneyField, clean_amount
from .order_form import DayInput

# Day one of the oldest books that anybody may bring along.
EARLIEST = datetime.date(2000, 1, 1)


class PaymentForm(forms.Form):
    """An amount received. `form_key` makes repeats of one form one payment; `rest_minor` says that too much is meant."""

    amount = MoneyField(label=pgettext_lazy("payment", "Amount"), smallest=1)
    paid_on = forms.DateField(label=gettext_lazy("Payment date"), widget=DayInput)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Payment.Method.choices)
    reference = forms.CharField(label=gettext_lazy("Reference"), required=False, max_length=100)
    form_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    rest_minor = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
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

    def said(self) -> dict[str, Any]:
        """Return what was typed as the verbs take it."""
        data = self.cleaned_data
        return {
            "amount_minor": data["amount"],
            "paid_on": data["paid_on"],
            "method": data["method"],
            "reference": data["reference"],
            "form_key": data["form_key"] or None,
        }


class OnAccountForm(PaymentForm):
    """An amount received for no invoice in particular, in any currency."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currencies)

    def clean(self) -> None:
        """Read the amount in the chosen currency."""
        clean_amount(self, "amount", self.cleaned_data.get("currency", ""), smallest=1)

    def said(self) -> dict[str, Any]:
        return super().said() | {"currency": self.cleaned_data["currency"]}


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, error_messages={"required": gettext_lazy("Say why.")}
    )
