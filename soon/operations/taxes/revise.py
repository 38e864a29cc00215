"""Changing a tax."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import OrderLine, Tax
from soon.operations.refusal import Refusal

from .details import TaxDetails


class CannotReviseTax(Refusal):
    """The tax cannot be changed so."""


@transaction.atomic
def revise(tax: Tax, *, details: TaxDetails) -> Tax:
    """Give the tax the values of `details`. Raises CannotReviseTax for another percentage once a line has the tax."""
    tax = Tax.objects.select_for_update().get(pk=tax.pk)
    is_used = OrderLine.objects.filter(tax=tax).exists()
    if details.percent != tax.percent and is_used:
        raise CannotReviseTax(
            _("Orders already use this tax, so its percentage stays as it is. Archive it and make a new one.")
        )
    tax.name_vi, tax.name_en, tax.percent = details.name_vi, details.name_en, details.percent
    tax.save()
    return tax
