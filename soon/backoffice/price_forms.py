"""Prices as rows of a form, on the page of a plan (one row per product) and of a product (one row per plan)."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.models import Company, Plan, Price, Product

from .choices import currencies
from .fields import MoneyField, amount_for_input, clean_amount

MOST_PRICES = 500
PREFIX = "prices"
SPARE_ROWS = 10
_PLACE = re.compile(rf"{PREFIX}-([0-9]{{1,4}})-\w+")


class PriceForm(forms.Form):
    """One price: an amount in a currency. Rows of either page add what it is for."""

    # The field that says what the price is for.
    subject: ClassVar[str]
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    amount_minor = MoneyField(label=_("Price"))

    def __init__(self, *args: Any, choices: Mapping[str, Any], currency: str = "VND", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = currency
        field: Any = self.fields[self.subject]
        field.choices = [("", field.empty_label), *((key, str(record)) for key, record in choices.items())]
        # Also asked about what was never offered, to see whether the row changed.
        field.coerce = lambda key: choices.get(str(key))

    def clean(self) -> None:
        clean_amount(self, "amount_minor", self.cleaned_data.get("currency", ""))


class _Choose(forms.TypedChoiceField):
    """A choice of one of the records that the page fetched once for all rows."""

    def __init__(self, *, empty_label: Any, **options: Any) -> None:
        super().__init__(empty_value=None, **options)
        self.empty_label = empty_label


class ProductPriceForm(PriceForm):
    """The price of a product on the plan whose page this is."""

    subject = "product"
    product = _Choose(label=_("Product"), empty_label=_("Choose a product"))
    field_order = ("product", "currency", "amount_minor")


class PlanPriceForm(PriceForm):
    """The price on a plan, or once, of the product whose page this is."""

    subject = "plan"
    plan = _Choose(label=_("Recurring plan"), empty_label=_("Once, without a plan"), required=False)
    field_order = ("plan", "currency", "amount_minor")


class PriceRows(forms.BaseFormSet):  # type: ignore[type-arg]  # the stubs' parameter does not exist when the program runs
    """All prices of the page."""

    def clean(self) -> None:
        """Refuse a second price for the same thing, at the row itself."""
        seen = set()
        for form in self.filled():
            subject = form.cleaned_data.get(form.subject)
            place = (subject.pk if subject else None, form.cleaned_data.get("currency"))
            if place in seen:
                form.add_error("currency", _("There is already a price in this currency above. Change or remove one of them."))
            seen.add(place)

    def filled(self) -> list[Any]:
        """Return the rows that hold a price and are not removed."""
        return [form for form in self.forms if form not in self.deleted_forms and getattr(form, "cleaned_data", None)]

    def values(self) -> list[dict[str, Any]]:
        """Return what the rows say, for the verbs."""
        return [{name: value for name, value in form.cleaned_data.items() if name != "DELETE"} for form in self.filled()]


def product_price_rows(data: Any, plan: Plan | None) -> Any:
    """Return the rows of prices on `plan`, for products still sold and those already priced."""
    prices = list(plan.prices.select_related("product").order_by("product__code", "currency")) if plan else []
    choices = {str(product.pk): product for product in Product.objects.current()}
    choices |= {str(price.product_id): price.product for price in prices}
    return _rows(ProductPriceForm, data, prices, choices, lambda price: price.product_id)


def plan_price_rows(data: Any, product: Product | None) -> Any:
    """Return the rows of prices of `product`, for plans still sold and those already priced."""
    prices = list(product.prices.select_related("plan").order_by("plan__position", "plan", "currency")) if product else []
    choices = {str(plan.pk): plan for plan in Plan.objects.current()}
    choices |= {str(price.plan_id): price.plan for price in prices if price.plan}
    return _rows(PlanPriceForm, data, prices, choices, lambda price: price.plan_id)


def _rows(
    form: type[PriceForm], data: Any, prices: Sequence[Price], choices: Mapping[str, Any], key: Callable[[Price], int | None]
) -> Any:
    initial = [
        {
            form.subject: key(price) or "",
            "currency": price.currency,
            "amount_minor": amount_for_input(price.amount_minor, price.currency),
        }
        for price in prices
    ]
    factory = forms.formset_factory(
        form,
        formset=PriceRows,
        extra=1,
        can_delete=True,
        max_num=MOST_PRICES,
        absolute_max=MOST_PRICES + 1,
        validate_max=True,
    )
    kwargs = {"choices": choices, "currency": Company.ours().currency}
    return partial(factory, prefix=PREFIX, initial=initial, form_kwargs=kwargs)(_counted(data) if data else data)


def _counted(data: Any) -> Any:
    """Return the posted `data`, counting no more rows than it brings and a few to fill in: a false count draws no huge page."""
    places = [int(found[1]) for name in data if (found := _PLACE.fullmatch(name))]
    name, most = f"{PREFIX}-TOTAL_FORMS", max(places, default=-1) + 1 + SPARE_ROWS
    count = data.get(name, "")
    if not (count.isascii() and count.isdigit()) or (len(count) < 5 and int(count) <= most):
        return data
    counted = data.copy()
    counted[name] = str(most)
    return counted


def with_one_more_row(data: Any) -> Any:
    """Return the posted `data` with one more empty row, for the button that adds a line without JavaScript."""
    more = data.copy()
    name = f"{PREFIX}-TOTAL_FORMS"
    count = more.get(name, "0")
    more[name] = str(min(int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 0, MOST_PRICES - 1) + 1)
    return more
