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
    """Give the tax the values of `details`. Raises CannotReviseTax for other amounts of tax once a line has it."""
    tax = Tax.objects.select_for_update().get(pk=tax.pk)
    is_other_tax = (details.percent, details.is_included) != (tax.percent, tax.is_included)
    if is_other_tax and OrderLine.objects.filter(tax=tax).exists():
        raise CannotReviseTax(
            _(
                "Orders already use this tax, so its percentage and whether prices include it stay as they are. "
                "Archive it and make a new one."
            )
        )
    for name, value in vars(details).items():
        setattr(tax, name, value)
    tax.save()
    return tax
