"""Taxes: the list and the form."""

from copy import copy
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from soon.models import Tax
from soon.operations.taxes.archive import archive
from soon.operations.taxes.create import create
from soon.operations.taxes.details import TaxDetails
from soon.operations.taxes.restore import restore
from soon.operations.taxes.revise import revise
from soon.queries.taxes import TAXES, is_used, with_use

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .fields import NumberField
from .listing import list_page


class TaxForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' parameter does not exist when the program runs
    """A tax as people type it."""

    percent = NumberField(label=gettext_lazy("Percent"), min_value=0, max_value=100, max_digits=6, decimal_places=3)

    class Meta:
        model = Tax
        fields = ("name_vi", "name_en", "percent", "is_included")
        help_texts = {
            "is_included": gettext_lazy(
                "Prices of products with this tax contain it already; otherwise it is added to them on quotations and invoices."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_vi"].widget.attrs["data-autofocus"] = True


@staff("configure")
def taxes(request: StaffRequest) -> HttpResponseBase:
    """List the taxes."""
    return list_page(request, TAXES, with_use())


@staff("configure")
def tax_new(request: StaffRequest) -> HttpResponse:
    """Add a tax."""
    return _form(request, None)


@staff("configure")
def tax_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a tax and change it."""
    return _form(request, get_object_or_404(Tax, pk=pk))


@require_POST
@staff("configure")
def tax_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop offering the tax."""
    tax = get_object_or_404(Tax, pk=pk)
    return press(request, partial(archive, tax, at=timezone.now()), done=_("The tax is archived."), to=_list())


@require_POST
@staff("configure")
def tax_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer the tax again."""
    tax = get_object_or_404(Tax, pk=pk)
    return press(request, partial(restore, tax), done=_("The tax is offered again."), to=_list())


def _form(request: StaffRequest, tax: Tax | None) -> HttpResponse:
    form = TaxForm(request.POST or None, instance=copy(tax))
    if request.method == "POST" and form.is_valid():
        details = TaxDetails(**form.cleaned_data)
        if store(form, partial(revise, tax, details=details) if tax else partial(create, details)):
            messages.success(request, _("The tax is saved."))
            return redirect(_list())
    context = {"tax": tax, "form": form, "is_used": tax is not None and is_used(tax)}
    return render(request, "backoffice/taxes/form.html", context, status=status_of(form))


def _list() -> str:
    return reverse("backoffice:taxes")
