"""What will be billed? The next documents of an order, and of a plan that somebody tries out."""

import datetime
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from soon import formatting
from soon.domain.lifecycle import IN_PROGRESS, OFFERED
from soon.domain.periods import local_date
from soon.models import Company, Order, Plan, Price, Tax
from soon.queries.catalogue import taxes_to_choose
from soon.queries.order_changes import open_changes
from soon.queries.plans import prices_on
from soon.queries.upcoming import Upcoming, upcoming, upcoming_on_plan

from .access import StaffRequest, staff
from .answers import status_of
from .choices import currencies
from .fields import MoneyField, amount_for_input, clean_amount
from .order_form import DayField
from .page_files import upcoming_file
from .pick_fields import PickField
from .table_files import FORMATS

# What is tried out where a plan has no prices yet.
EXAMPLE_MINOR = 1_000_000


@require_safe
@staff("see_orders")
def order_upcoming(request: StaffRequest, number: str) -> HttpResponseBase:
    """Show the next documents of a quotation, as if it were confirmed today, or of an order in progress."""
    related = Order.objects.visible_to(request.user).select_related("customer", "plan")
    order = get_object_or_404(related, number=number)
    today = local_date(timezone.now(), order.time_zone)
    bills = order.is_offered or order.state == IN_PROGRESS
    lines = list(order.lines.select_related("product", "tax")) if bills else []
    coming = upcoming(order, lines, today, open_changes(order) if order.state == IN_PROGRESS else ())
    if request.GET.get("format") in FORMATS:
        return upcoming_file(coming, order.number, request.GET["format"])
    context = {
        "order": order,
        "bills": bills,
        "is_offered": order.state in OFFERED,
        "today": today,
        "upcoming": coming,
    }
    return render(request, "backoffice/upcoming/order.html", context)


class TryForm(forms.Form):
    """With what somebody tries a plan: a price of the catalogue, or an amount with its tax."""

    # The address says what was chosen, so that it can be kept and sent; a field left out has its initial value.
    start_on = DayField(label=_("Start date"))
    last_day_on = DayField(label=_("End date"), required=False)
    price = PickField(label=_("Price of a product"), required=False, empty_label=_("Another amount"))
    amount = MoneyField(label=_("Amount per period"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    tax = PickField(label=_("Tax"), required=False, empty_label=_("No tax"))

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        PickField.of(self, "price").offer(prices_on(plan), label=_priced)
        PickField.of(self, "tax").offer(taxes_to_choose(), label=lambda each: each.choice_label)

    def clean(self) -> dict[str, Any]:
        """Read the amount in its currency, where no price was picked."""
        data = self.cleaned_data
        if data.get("price") is None and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Pick a price, or type an amount."))
        clean_amount(self, "amount", data.get("currency", ""))
        start_on, last_day_on = data.get("start_on"), data.get("last_day_on")
        if start_on and last_day_on and last_day_on < start_on:
            self.add_error("last_day_on", _("It must not lie before the start."))
        return data


@require_safe
@staff("configure")
def plan_upcoming(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Try a plan out: from which day and with which price, and what it would bill."""
    plan = get_object_or_404(Plan, pk=pk)
    form = TryForm(_tried(request, plan), plan=plan)
    coming = _tried_out(plan, form.cleaned_data) if form.is_valid() else None
    if coming and request.GET.get("format") in FORMATS:
        return upcoming_file(coming, str(plan), request.GET["format"])
    context = {"plan": plan, "form": form, "upcoming": coming, "query": request.GET.urlencode()}
    return render(request, "backoffice/upcoming/plan.html", context, status=status_of(form))


def _tried(request: StaffRequest, plan: Plan) -> dict[str, str]:
    """Return what the address says, and what is tried where it says nothing."""
    company = Company.ours()
    prices = list(prices_on(plan))
    first = next((price for price in prices if price.currency == company.currency), prices[0] if prices else None)
    usual = {
        "start_on": local_date(timezone.now(), company.time_zone).isoformat(),
        "price": str(first.pk) if first else "",
        "amount": "" if first else amount_for_input(EXAMPLE_MINOR, company.currency),
        "currency": company.currency,
    }
    said = {name: request.GET[name] for name in TryForm.base_fields if name in request.GET}
    return usual | said


def _tried_out(plan: Plan, said: dict[str, Any]) -> Upcoming:
    price: Price | None = said["price"]
    tax: Tax | None = price.product.tax if price else said["tax"]
    return upcoming_on_plan(
        plan,
        said["start_on"],
        price_minor=price.amount_minor if price else said["amount"],
        currency=price.currency if price else said["currency"],
        product=price.product if price else None,
        tax=tax,
        ends_on=said["last_day_on"] + datetime.timedelta(days=1) if said["last_day_on"] else None,
    )


def _priced(price: Price) -> str:
    return f"{price.product.code} · {price.product.name} · {formatting.money_text(price.amount_minor, price.currency)}"
