"""The lines of a quotation or a draft invoice as a form: what is typed, and what it adds up to (rows: order_rows.py)."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from soon.domain.billing import BilledLine, bill_line
from soon.domain.pricing import LinePrice
from soon.models import tax_rule
from soon.operations.quotations.draft import DraftLine
from soon.queries.catalogue import Catalogue

from .fields import LARGEST_AMOUNT_MINOR, MoneyField, NumberField, clean_amount
from .pick_fields import PickField

PREFIX = "lines"
RECURRING = "recurring"
ONCE = "once"
CHARGES = [(RECURRING, _("Every period")), (ONCE, _("Once"))]
MOST_LINES = 200
Row = dict[str, str]

_REFRESHES = {"data-refreshes": True}


class LineForm(forms.Form):
    """One line. `filled` remembers what the catalogue gave, so that what somebody typed is told from it and never replaced."""

    product = PickField(
        label=_("Product"),
        url="/products/options/",
        empty_label=_("Choose a product"),
        error_messages={"required": _("Choose a product, or remove this line.")},
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": _("Description (optional)")}),
    )
    charge = forms.ChoiceField(label=_("Charged"), choices=CHARGES, initial=RECURRING)
    quantity = NumberField(
        label=_("Quantity"),
        initial=Decimal(1),
        min_value=Decimal("0.001"),
        max_digits=12,
        decimal_places=3,
        error_messages={"min_value": _("The quantity must be more than zero.")},
    )
    unit_price = MoneyField(label=_("Unit price"), required=False)
    discount_percent = NumberField(
        label=_("Disc. %"), required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2
    )
    tax = PickField(label=_("Tax"), required=False, empty_label=_("No tax"))
    filled = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400)

    # What the line costs, and whether nobody knows its price: set by `weigh` for the page.
    amount: BilledLine | None = None
    lacks_price = False
    no_price = _("There is no price for this plan and currency: type one.")

    def __init__(self, *args: Any, catalogue: Catalogue, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        PickField.of(self, "product").offer(catalogue.products, label=lambda each: f"{each.code} · {each.name}")
        PickField.of(self, "tax").offer(catalogue.taxes, label=lambda each: each.choice_label)
        for name in ("product", "charge", "quantity", "unit_price", "discount_percent", "tax"):
            self.fields[name].widget.attrs |= _REFRESHES

    def clean(self) -> dict[str, Any]:
        """Read the price in the quotation's currency; a blank one that the catalogue could not fill is an error."""
        data = self.cleaned_data
        if not data.get("unit_price") and "unit_price" not in self.errors and data.get("product"):
            self.add_error("unit_price", self.no_price)
            return data
        price_minor = clean_amount(self, "unit_price", self.currency)
        if price_minor is not None and data.get("quantity"):
            price = LinePrice(price_minor, data["quantity"], data.get("discount_percent") or Decimal(0))
            if price.net_minor > LARGEST_AMOUNT_MINOR:
                self.add_error("unit_price", _("This amount is too large."))
        return data

    def draft_line(self) -> DraftLine:
        """Return the line as the verbs take it."""
        data = self.cleaned_data
        return DraftLine(
            product=data["product"],
            quantity=data["quantity"],
            unit_price_minor=data["unit_price"],
            is_recurring=data["charge"] == RECURRING,
            description=data["description"],
            discount_percent=data["discount_percent"] or Decimal(0),
            tax=data["tax"],
        )


class OnceLineForm(LineForm):
    """A line of a document on which everything is charged once."""

    charge = forms.ChoiceField(choices=[(ONCE, _("Once"))], widget=forms.HiddenInput, initial=ONCE, required=False)
    no_price = _("There is no price in this currency: type one.")

    def clean_charge(self) -> str:
        """Whatever was posted, it is charged once."""
        return ONCE


if TYPE_CHECKING:
    _BaseLineSet = forms.BaseFormSet[LineForm]
else:
    # Generic for the type checker only.
    _BaseLineSet = forms.BaseFormSet


class LineSet(_BaseLineSet):
    """All lines of a quotation; blank ones and those marked for removal do not count."""

    @property
    def used(self) -> list[LineForm]:
        """The forms of a valid set that make lines."""
        return [form for form in self.forms if form.cleaned_data.get("product") and form not in self.deleted_forms]

    def clean(self) -> None:
        """Refuse more lines than a page can hold."""
        if len(self.forms) > MOST_LINES:
            raise ValidationError(_("A quotation has at most 200 lines."))


_SETS = {
    form: forms.formset_factory(
        form, formset=LineSet, extra=0, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES + 1
    )
    for form in (LineForm, OnceLineForm)
}


def line_set(
    stock: Catalogue,
    currency: str,
    *,
    data: dict[str, str] | None = None,
    initial: list[Row] | None = None,
    form: type[LineForm] = LineForm,
) -> LineSet:
    """Return the lines to read from `data`, or to show as in `initial`, priced in `currency`."""
    kwargs = {"catalogue": stock, "currency": currency}
    return cast(LineSet, _SETS[form](data, prefix=PREFIX, initial=initial, form_kwargs=kwargs))


def weigh(shown: LineSet, read: LineSet, *, is_exempt: bool = False) -> None:
    """Write at every line of `shown` what it costs as far as `read`, the same lines bound, makes sense.

    `is_exempt`: whether the customer pays no tax.
    """
    for line, same in zip(shown.forms, read.forms, strict=False):
        # Without a known currency a price stays what was typed.
        makes_sense = same.is_valid() and isinstance(same.cleaned_data.get("unit_price"), int)
        line.amount = _amount(same.draft_line(), is_exempt) if makes_sense else None
        line.lacks_price = bool(same["product"].data) and not same["unit_price"].data


def _amount(line: DraftLine, is_exempt: bool) -> BilledLine:
    price = LinePrice(line.unit_price_minor, line.quantity, line.discount_percent)
    return bill_line(price, tax_rule(line.tax, is_exempt=is_exempt))
