"""The form of a product."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.models import Product, Tax
from soon.operations.products.details import ProductDetails, ProductPrice

from .price_forms import PriceRows

LONGEST_DESCRIPTION = 2000


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' parameter does not exist when the program runs
    """A product as people type it."""

    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands under the product on quotations and invoices."),
    )

    class Meta:
        model = Product
        fields = ("name_vi", "name_en", "code", "kind", "unit_name", "tax", "description")
        help_texts = {
            "code": _("Short and unique, for example CLOUD-10."),
            "unit_name": _("What one of it is called, for example user or month."),
        }
        error_messages = {"code": {"unique": _("Another product already has this code.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tax: Any = self.fields["tax"]
        tax.queryset = Tax.objects.filter(archived_at=None) | Tax.objects.filter(pk=self.instance.tax_id)
        tax.empty_label = _("No tax")
        tax.label_from_instance = lambda each: each.choice_label

    def details(self, prices: PriceRows) -> ProductDetails:
        """Return what was typed, with the rows of `prices`."""
        return ProductDetails(**self.cleaned_data, prices=[ProductPrice(**row) for row in prices.values()])
