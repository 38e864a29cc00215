"""Our own company: what stands on letters and documents."""

import re
from copy import copy
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from soon.models import Company
from soon.operations.company.details import CompanyDetails
from soon.operations.company.revise import revise
from soon.printing.transfers import transfer_to

from .access import StaffRequest, staff
from .answers import status_of, store
from .choices import banks, countries, currencies, name_of_country, time_zones
from .customer_forms import clean_phone, clean_tax_number

LONGEST_DAYS = 365
LONGEST_ACCOUNT = 19
# What people put between the groups of a long number.
SEPARATORS = re.compile(r"[\s.\-]+")


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' parameter does not exist when the program runs
    """Our company as people type it."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries)
    bank_bin = forms.ChoiceField(label=gettext_lazy("Bank"), choices=banks, required=False)
    bank_account_number = forms.CharField(label=gettext_lazy("Account number"), max_length=60, required=False)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=currencies, help_text=gettext_lazy("New customers and prices start with it.")
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=time_zones, help_text=gettext_lazy("Our days begin and end there.")
    )
    payment_days = forms.IntegerField(
        label=gettext_lazy("Days to pay"),
        min_value=0,
        max_value=LONGEST_DAYS,
        help_text=gettext_lazy("From the date of an invoice to its due date."),
    )
    first_reminder_days = forms.IntegerField(
        label=gettext_lazy("First reminder"),
        min_value=1,
        max_value=LONGEST_DAYS,
        required=False,
        help_text=gettext_lazy("Days after the due date on which the customer is reminded by e-mail. Empty: no reminder."),
    )
    second_reminder_days = forms.IntegerField(
        label=gettext_lazy("Second reminder"), min_value=1, max_value=LONGEST_DAYS, required=False
    )
    quotation_days = forms.IntegerField(
        label=gettext_lazy("Days a quotation is valid"),
        min_value=1,
        max_value=LONGEST_DAYS,
        help_text=gettext_lazy("A new quotation expires after them."),
    )

    class Meta:
        model = Company
        fields = (
            "name",
            "street",
            "city",
            "country",
            "tax_number",
            "email",
            "phone",
            "bank_bin",
            "bank_account_number",
            "bank_account_name",
            "bank_account",
            "currency",
            "time_zone",
            "payment_days",
            "first_reminder_days",
            "second_reminder_days",
            "quotation_days",
        )
        help_texts = {
            "email": gettext_lazy("Answers to our letters go there."),
            "bank_account_name": gettext_lazy("As the bank writes it."),
            "bank_account": gettext_lazy(
                "For currencies other than VND, and for invoices without a QR code: bank, number, SWIFT."
            ),
        }
        labels = {"bank_account": gettext_lazy("Bank details in words")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("country", "currency", "time_zone", "bank_bin"):
            self.fields[name].widget.attrs["data-combobox"] = True

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_bank_account_number(self) -> str:
        number = SEPARATORS.sub("", self.cleaned_data["bank_account_number"])
        if number and not (number.isascii() and number.isalnum()):
            raise ValidationError(_("An account number has only digits and letters."))
        if len(number) > LONGEST_ACCOUNT:
            raise ValidationError(_("An account number has at most %(most)d digits and letters.") % {"most": LONGEST_ACCOUNT})
        return number

    def clean_bank_account_name(self) -> str:
        return " ".join(self.cleaned_data["bank_account_name"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "tax_number" in cleaned and "country" in cleaned:
            try:
                cleaned["tax_number"] = clean_tax_number(cleaned["tax_number"], cleaned["country"])
            except ValidationError as error:
                self.add_error("tax_number", error)
        self._bank_is_whole_or_absent()
        return cleaned

    def _bank_is_whole_or_absent(self) -> None:
        missing = {
            "bank_bin": _("Choose the bank of this account."),
            "bank_account_number": _("Write the number of the account."),
            "bank_account_name": _("Write the holder of the account."),
        }
        if any(self.cleaned_data.get(name) for name in missing):
            for name, words in missing.items():
                if self.cleaned_data.get(name) == "":
                    self.add_error(name, words)


@require_safe
@staff("configure")
def company(request: StaffRequest) -> HttpResponse:
    """Show what our company says of itself."""
    ours = Company.ours()
    context = {"company": ours, "country": name_of_country(ours.country), "transfer": transfer_to(ours)}
    return render(request, "backoffice/company/company.html", context)


@staff("configure")
def company_edit(request: StaffRequest) -> HttpResponse:
    """Change what our company says of itself."""
    form = CompanyForm(request.POST or None, instance=copy(Company.ours()))
    if request.method == "POST" and form.is_valid():
        stored = store(form, partial(revise, CompanyDetails(**form.cleaned_data)))
        if stored:
            messages.success(request, _("The company is saved."))
            return redirect("backoffice:company")
    return render(request, "backoffice/company/form.html", {"form": form}, status=status_of(form))
