"""The lines of a quotation as a form: what is typed, what the catalogue fills in, what it adds up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from soon.domain.pricing import LinePrice, tax_on
from soon.operations.quotations.draft import DraftLine
from soon.queries.catalogue import Catalogue
from soon.queries.order_page import LineAmount

from .fields import LARGEST_AMOUNT_MINOR, MoneyField, NumberField, amount_for_input, clean_amount
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
    amount: LineAmount | None = None
    lacks_price = False

    def __init__(self, *args: Any, catalogue: Catalogue, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        PickField.of(self, "product").offer(catalogue.products, label=lambda each: f"{each.code} · {each.name}")
        PickField.of(self, "tax").offer(catalogue.taxes)
        for name in ("product", "charge", "quantity", "unit_price", "discount_percent", "tax"):
            self.fields[name].widget.attrs |= _REFRESHES

    def clean(self) -> dict[str, Any]:
        """Read the price in the quotation's currency; a blank one that the catalogue could not fill is an error."""
        data = self.cleaned_data
        if not data.get("unit_price") and "unit_price" not in self.errors and data.get("product"):
            self.add_error("unit_price", _("There is no price for this plan and currency: type one."))
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


_LineFormSet = forms.formset_factory(
    LineForm, formset=LineSet, extra=0, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES + 1
)


def line_set(
    stock: Catalogue, currency: str, *, data: dict[str, str] | None = None, initial: list[Row] | None = None
) -> LineSet:
    """Return the lines to read from `data`, or to show as in `initial`, priced in `currency`."""
    lines = _LineFormSet(data, prefix=PREFIX, initial=initial, form_kwargs={"catalogue": stock, "currency": currency})
    return cast(LineSet, lines)


@dataclass(frozen=True)
class Filled:
    """What the catalogue gave a line, and for which product, plan, currency and way of charging."""

    product: str = ""
    plan: str = ""
    currency: str = ""
    charge: str = RECURRING
    price: str = ""
    tax: str = ""

    @classmethod
    def read(cls, text: str) -> "Filled":
        """Return what `text` of a form says; nothing for a text of another shape."""
        parts = text.split("|")
        return cls(*parts) if len(parts) == 6 else cls()

    def __str__(self) -> str:
        return f"{self.product}|{self.plan}|{self.currency}|{self.charge}|{self.price}|{self.tax}"


def fill(row: Row, plan: str, currency: str, stock: Catalogue) -> Row:
    """Return `row` with price, tax and way of charging from the catalogue where nobody typed their own.

    The quantity, the discount, the words, and every price that differs from what the catalogue gave are left alone.
    """
    product = next((each for each in stock.products if str(each.pk) == row.get("product")), None)
    if product is None:
        return row
    row = dict(row)
    last = Filled.read(row.get("filled", ""))
    if last.product != row["product"]:
        if row.get("charge") in ("", None, last.charge):
            row["charge"] = _usual_charge(product.pk, plan, currency, stock)
        if row.get("tax", "") == last.tax:
            row["tax"] = str(product.tax_id or "")
    plan_id = _id(plan) if row.get("charge") != ONCE else None
    price_minor = stock.price(product.pk, plan_id, currency)
    price = "" if price_minor is None else amount_for_input(price_minor, currency)
    here = (row["product"], plan, currency, row["charge"])
    typed = row.get("unit_price", "").strip()
    if not typed or (typed == last.price and here != (last.product, last.plan, last.currency, last.charge)):
        row["unit_price"] = price
    elif typed == last.price:
        price = typed
    row["filled"] = str(Filled(*here, price, str(product.tax_id or "")))
    return row


def _id(text: str) -> int | None:
    """Return a posted id; None for anything that cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _usual_charge(product_id: int, plan: str, currency: str, stock: Catalogue) -> str:
    """Return how a product is charged that was just picked: once where it only has such a price."""
    plan_id = _id(plan)
    every_period = stock.price(product_id, plan_id, currency) if plan_id else None
    return ONCE if every_period is None and stock.price(product_id, None, currency) is not None else RECURRING


def rows_of(data: Mapping[str, str]) -> list[Row]:
    """Return the posted lines as typed, without those marked for removal."""
    names = list(LineForm.base_fields)
    count = min(_id(data.get(f"{PREFIX}-TOTAL_FORMS", "")) or 0, MOST_LINES + 1)
    kept = [place for place in range(count) if not data.get(f"{PREFIX}-{place}-DELETE")]
    # A line of which nothing was sent is no line: a false count draws no huge page.
    sent = [place for place in kept if any(f"{PREFIX}-{place}-{name}" in data for name in names)]
    return [{name: data.get(f"{PREFIX}-{place}-{name}", "") for name in names} for place in sent]


def posted(rows: list[Row]) -> dict[str, str]:
    """Return `rows` as a browser would post them."""
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(rows)), f"{PREFIX}-INITIAL_FORMS": "0"}
    return data | {f"{PREFIX}-{place}-{name}": text for place, row in enumerate(rows) for name, text in row.items()}


def weigh(shown: LineSet, read: LineSet) -> None:
    """Write at every line of `shown` what it costs as far as `read`, the same lines bound, makes sense."""
    for line, same in zip(shown.forms, read.forms, strict=False):
        # Without a known currency a price stays what was typed.
        makes_sense = same.is_valid() and isinstance(same.cleaned_data.get("unit_price"), int)
        line.amount = _amount(same.draft_line()) if makes_sense else None
        line.lacks_price = bool(same["product"].data) and not same["unit_price"].data


def _amount(line: DraftLine) -> LineAmount:
    net_minor = LinePrice(line.unit_price_minor, line.quantity, line.discount_percent).net_minor
    percent = line.tax.percent if line.tax else Decimal(0)
    return LineAmount(net_minor, tax_on(net_minor, percent), percent)
