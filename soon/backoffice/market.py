"""The market: what customers meet when they leave, with presets to start from."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.domain.markets import MARKETS, market_of
from soon.models import Company
from soon.operations.company.choose_market import MarketDetails, choose_market
from soon.queries.market_words import words_of

from .access import StaffRequest, staff
from .answers import status_of, store
from .fields import MoneyField

SWITCHES = ("reason_policy", "has_public_closing", "has_public_withdrawal", "makes_offers")


class MarketForm(forms.Form):
    """A market and its switches as people choose them."""

    market = forms.ChoiceField(
        label=gettext_lazy("Market"),
        choices=Company.Market.choices,
        help_text=gettext_lazy(
            "Where your customers are. It gives the words of the public pages, and presets for what follows."
        ),
    )
    reason_policy = forms.ChoiceField(
        label=gettext_lazy("Reason for closing"),
        choices=Company.ReasonPolicy.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "In the customer portal. Staff always give a reason, and on the public pages nobody is asked for one."
        ),
    )
    has_public_closing = forms.BooleanField(
        label=gettext_lazy("Public page for closing"),
        required=False,
        help_text=gettext_lazy(
            "Customers close a contract without signing in, with name, e-mail and contract reference. What fits exactly one "
            "subscription closes it at once; all else waits for you under Declarations."
        ),
    )
    has_public_withdrawal = forms.BooleanField(
        label=gettext_lazy("Public page for withdrawal"),
        required=False,
        help_text=gettext_lazy(
            "Customers withdraw from a contract they have just made, in two steps and without signing in. It works for "
            "recurring plans that grant a right of withdrawal."
        ),
    )

    makes_offers = forms.BooleanField(
        label=gettext_lazy("Offers beside closing"),
        required=False,
        help_text=gettext_lazy(
            "Who chooses a reason in the customer portal sees the offer of that reason beside the button that closes, "
            "at most once in six months. What is offered stands with each close reason."
        ),
    )
    offer_budget_minor = MoneyField(
        label=gettext_lazy("Budget for discounts"),
        required=False,
        help_text=gettext_lazy(
            "What all discounts accepted in a calendar month may give away in all their periods, without tax. "
            "Beyond it none is offered; empty: no limit."
        ),
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        budget: Any = self.fields["offer_budget_minor"]
        budget.currency = currency
        # Choosing fills in the presets; without scripts the button beside it does.
        show = {"hx-get": reverse("backoffice:market"), "hx-trigger": "change", "hx-target": "#market-switches"}
        self.fields["market"].widget.attrs |= show | {"hx-select": "#market-switches", "hx-swap": "outerHTML"}

    def details(self) -> MarketDetails:
        """Return what was chosen."""
        return MarketDetails(**self.cleaned_data)


@staff("configure")
def market(request: StaffRequest) -> HttpResponse:
    """Choose the market; its presets are filled in where they are asked for (`?market=`, or the button) and saved by Save."""
    ours = Company.ours()
    is_sent = request.method == "POST" and "use_presets" not in request.POST
    asked = None if is_sent else request.POST.get("market") or request.GET.get("market")
    form = MarketForm(request.POST if is_sent else None, initial=_initial(ours, asked), currency=ours.currency)
    if is_sent and form.is_valid() and store(form, partial(choose_market, form.details())) is not None:
        messages.success(request, _("The market is saved."))
        return redirect("backoffice:market")
    context = {"form": form, "currency": ours.currency, "presets": _presets(), "is_filled_in": asked in MARKETS}
    return render(request, "backoffice/market/market.html", context, status=status_of(form))


def _initial(ours: Company, asked: str | None) -> dict[str, Any]:
    budget = {"offer_budget_minor": ours.offer_budget_minor}
    if asked in MARKETS:
        return budget | {"market": asked} | {name: getattr(market_of(str(asked)), name) for name in SWITCHES}
    return budget | {name: getattr(ours, name) for name in ("market", *SWITCHES)}


def _presets() -> list[dict[str, Any]]:
    names, policies = dict(Company.Market.choices), dict(Company.ReasonPolicy.choices)
    return [
        {
            "name": names[code],
            "reason_policy": policies[preset.reason_policy],
            "preset": preset,
            "words": words_of(code),
        }
        for code, preset in MARKETS.items()
    ]
