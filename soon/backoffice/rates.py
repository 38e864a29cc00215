"""Exchange rates: the list and the form."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from soon.models import Company, Rate
from soon.operations.rates.add import add
from soon.operations.rates.correct import correct
from soon.operations.rates.delete import delete
from soon.operations.rates.details import RateDetails
from soon.queries.rates import RATES

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .choices import currencies
from .fields import NumberField
from .listing import list_page
from .order_form import DayField


class RateForm(forms.Form):
    """A rate as people type it; the company's own currency is not offered."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    valid_from_on = DayField(label=gettext_lazy("Valid from"))
    rate = NumberField(label=gettext_lazy("Rate"), max_digits=20, decimal_places=10)

    def __init__(self, *args: object, own: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = [(code, words) for code, words in currencies() if code != own]
        self.fields["currency"].choices = offered  # type: ignore[attr-defined]
        self.fields["rate"].help_text = _(
            "What one unit of the currency is worth in %(own)s. Reports in %(own)s leave out months without a rate."
        ) % {"own": own}


@staff("configure")
def rates(request: StaffRequest) -> HttpResponseBase:
    """List the exchange rates."""
    return list_page(request, RATES, Rate.objects.all())


@staff("configure")
def rate_new(request: StaffRequest) -> HttpResponse:
    """Add a rate."""
    return _form(request, None)


@staff("configure")
def rate_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a rate and correct it."""
    return _form(request, get_object_or_404(Rate, pk=pk))


@require_POST
@staff("configure")
def rate_deletion(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete the rate."""
    rate = get_object_or_404(Rate, pk=pk)
    return press(request, partial(delete, rate), done=_("The exchange rate is deleted."), to=reverse("backoffice:rates"))


def _form(request: StaffRequest, rate: Rate | None) -> HttpResponse:
    own = Company.ours().currency
    known = {"currency": rate.currency, "valid_from_on": rate.valid_from_on, "rate": rate.rate} if rate else {}
    offered = request.GET.get("currency", "")
    initial = known or {"valid_from_on": timezone.localdate(), "currency": offered}
    form = RateForm(request.POST or None, own=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        details = RateDetails(**form.cleaned_data)
        if store(form, partial(correct, rate, details=details) if rate else partial(add, details)):
            messages.success(request, _("The exchange rate is saved."))
            return redirect("backoffice:rates")
    return render(request, "backoffice/rates/form.html", {"rate": rate, "form": form, "own": own}, status=status_of(form))
