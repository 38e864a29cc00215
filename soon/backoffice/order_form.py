"""The quotation as a form: its head, and what of an order may change after confirmation."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from soon.models import Customer, Order, Plan, User
from soon.models.plans import MOST_TRIAL_DAYS
from soon.operations.quotations.draft import Draft, DraftLine
from soon.queries.catalogue import customers_for, plans_with, salespeople

from .choices import currencies
from .pick_fields import MOST_OPTIONS, PickField

LONGEST_NOTE = 5000
EARLIEST = datetime.date(1900, 1, 1)
LATEST = datetime.date(2199, 12, 31)


class DayInput(forms.DateInput):
    """The browser's own date picker, which speaks ISO 8601 to the server."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that somebody may mean; years far from ours are slips of the finger, and periods could not be counted from them."""

    widget = DayInput

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and day < EARLIEST:
            raise ValidationError(_("This day is too long ago. Check the year."))
        if day and day > LATEST:
            raise ValidationError(_("This day is too far away. Check the year."))
        return day


class QuotationForm(forms.Form):
    """The head of a quotation.

    `filled_currency` remembers what the customer brought along, see `with_customers_currency`; `filled_trial` what the plan
    did, see `with_plans_trial`.
    """

    customer = PickField(
        label=_("Customer"),
        url="/customers/options/",
        empty_label=_("Choose a customer"),
        error_messages={"required": _("Choose a customer.")},
    )
    plan = PickField(label=_("Recurring Plan"), required=False, empty_label=_("None: everything is sold once"))
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    filled_currency = forms.CharField(required=False, widget=forms.HiddenInput, max_length=3)
    start_on = DayField(label=_("Start date"), required=False, help_text=_("Left empty, it starts on the day of confirmation."))
    trial_days = forms.IntegerField(
        label=_("Free trial"),
        required=False,
        min_value=0,
        max_value=MOST_TRIAL_DAYS,
        help_text=_("The first days are free; billing periods are counted from the day after them."),
    )
    filled_trial = forms.CharField(required=False, widget=forms.HiddenInput, max_length=3)
    last_day_on = DayField(
        label=_("End date"), required=False, help_text=_("The last day of service. Left empty, it goes on until it is closed.")
    )
    expires_on = DayField(label=_("Quotation expires on"), required=False)
    customer_reference = forms.CharField(label=_("Customer reference"), required=False, max_length=100)
    salesperson = PickField(label=_("Salesperson"), required=False, empty_label=_("Nobody"))
    note = forms.CharField(
        label=_("Terms and notes"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The customer reads this on the quotation."),
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("customer", customers_for(reader, [self._said("customer")], most=MOST_OPTIONS), email_or_city)
        self.offer("plan", plans_with([self._said("plan")]))
        offer_salespeople(self, reader, self._said("salesperson"))
        for name in ("customer", "plan", "currency"):
            self.fields[name].widget.attrs["data-refreshes"] = True

    def offer(self, name: str, records: Sequence[Any], hint: Any = None) -> None:
        """Let field `name` pick one of `records`."""
        PickField.of(self, name).offer(records, hint=hint)

    def _said(self, name: str) -> str:
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(getattr(value, "pk", value) or "")

    @property
    def is_tax_exempt(self) -> bool:
        """Whether the customer chosen so far pays no tax."""
        customer = PickField.of(self, "customer").records.get(self._said("customer"))
        return isinstance(customer, Customer) and customer.is_tax_exempt

    def draft(self, lines: Sequence[DraftLine]) -> Draft:
        """Return the quotation as the verbs take it."""
        data = {name: value for name, value in self.cleaned_data.items() if not name.startswith("filled_")}
        last_day_on = data.pop("last_day_on")
        ends_on = last_day_on + datetime.timedelta(days=1) if last_day_on else None
        return Draft(**data | {"trial_days": data["trial_days"] or 0, "ends_on": ends_on, "lines": tuple(lines)})


class AmendmentForm(forms.Form):
    """What may still change on an order that is past its quotation."""

    customer_reference = forms.CharField(label=_("Customer reference"), required=False, max_length=100)
    salesperson = PickField(label=_("Salesperson"), required=False, empty_label=_("Nobody"))
    note = forms.CharField(
        label=_("Terms and notes"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, reader: User, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_salespeople(self, reader, str(order.salesperson_id or ""))


def offer_salespeople(form: forms.Form, reader: User, chosen: str) -> None:
    """Let the form pick a salesperson; who sees only their own orders keeps them."""
    field = PickField.of(form, "salesperson")
    field.offer(salespeople(reader, [chosen]))
    if not reader.may("see_all_orders"):
        field.required = True
        field.empty_label = ""
        form.initial["salesperson"] = reader.pk
        form.fields["salesperson"].widget = forms.HiddenInput()


def email_or_city(customer: Customer) -> str:
    """Return what tells a customer from others of the same name."""
    return customer.email or customer.city


def with_customers_currency(data: dict[str, str], customers: Sequence[Customer]) -> dict[str, str]:
    """Return `data` in the currency of the customer just chosen, unless somebody chose another one by hand."""
    customer = next((each for each in customers if str(each.pk) == data.get("customer")), None)
    if customer is None or data.get("currency") != data.get("filled_currency"):
        return data
    return data | {"currency": customer.currency, "filled_currency": customer.currency}


def with_plans_trial(data: dict[str, Any], plans: Sequence[Plan]) -> dict[str, Any]:
    """Return `data` with the free trial of the plan just chosen, unless somebody typed another one."""
    plan = next((each for each in plans if str(each.pk) == data.get("plan")), None)
    trial = str(plan.trial_days) if plan and plan.trial_days else ""
    typed = data.get("trial_days", "").strip()
    return data | {"trial_days": trial if typed == data.get("filled_trial", "") else typed, "filled_trial": trial}
