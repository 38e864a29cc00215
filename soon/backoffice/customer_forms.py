"""The form of a customer."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soon.domain import permissions
from soon.models import Customer, User
from soon.operations.customers.details import CustomerDetails

from .choices import countries, currencies, languages, time_zones

LONGEST_NOTE = 5000
# Ten digits, with three more for a branch; twelve where a person's own number is the tax number.
TAX_NUMBER_VN = re.compile(r"[0-9]{10}(-[0-9]{3})?|[0-9]{12}")


def clean_tax_number(text: str, country: str) -> str:
    """Return `text` as tax offices write it; raise ValidationError where a number of `country` cannot look like that."""
    number = re.sub(r"\s+", "", text).upper()
    if country == "VN" and re.fullmatch(r"[0-9]{13}", number):
        number = f"{number[:10]}-{number[10:]}"
    if number and country == "VN" and not TAX_NUMBER_VN.fullmatch(number):
        raise ValidationError(_("A Vietnamese tax number has 10 digits, 10 and 3 for a branch (0101234567-001), or 12."))
    if number and not re.fullmatch(r"[A-Z0-9./-]{4,40}", number):
        raise ValidationError(_("A tax number has digits and letters without accents, at least 4 of them."))
    return number


def clean_phone(text: str) -> str:
    """Return `text` where it can be dialled; raise ValidationError otherwise."""
    if text and not (re.fullmatch(r"[0-9+()./\- x#]{3,40}", text) and sum(letter.isdigit() for letter in text) >= 3):
        raise ValidationError(_("Write a phone number with digits, for example +84 236 3 888 888."))
    return text


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' parameter does not exist when the program runs
    """A customer as people type it."""

    country = forms.ChoiceField(label=_("Country"), choices=countries, initial="VN")
    language = forms.ChoiceField(
        label=_("Language"), choices=languages, initial="vi", help_text=_("Letters, invoices and the portal speak it.")
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=currencies,
        initial="VND",
        help_text=_("New quotations are in it; existing orders keep theirs."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, initial="Asia/Ho_Chi_Minh", help_text=_("Their days begin and end there.")
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only colleagues read it."),
    )

    class Meta:
        model = Customer
        fields = (
            "name",
            "is_company",
            "contact_name",
            "email",
            "phone",
            "street",
            "city",
            "postcode",
            "country",
            "tax_number",
            "is_tax_exempt",
            "language",
            "currency",
            "time_zone",
            "salesperson",
            "note",
            "external_id",
        )
        help_texts = {
            "is_tax_exempt": _(
                "No tax is charged to them. Their quotations and running subscriptions follow at once, issued invoices stay."
            ),
            "email": _("Quotations, invoices and portal links go there."),
            "external_id": _("Their number in another program, for imports."),
        }
        error_messages = {"external_id": {"unique": _("Another customer already has this external id.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        salesperson: Any = self.fields["salesperson"]
        selling = Q(role__in=permissions.STAFF_ROLES, is_active=True)
        salesperson.queryset = User.objects.filter(selling | Q(pk=self.instance.salesperson_id))
        salesperson.empty_label = _("Nobody")
        for name in ("country", "currency", "time_zone"):
            self.fields[name].widget.attrs["data-combobox"] = True
        self.fields["name"].widget.attrs["data-autofocus"] = True

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "tax_number" in cleaned and "country" in cleaned:
            try:
                cleaned["tax_number"] = clean_tax_number(cleaned["tax_number"], cleaned["country"])
            except ValidationError as error:
                self.add_error("tax_number", error)
        return cleaned

    def details(self) -> CustomerDetails:
        """Return what was typed."""
        return CustomerDetails(**self.cleaned_data)
