"""Restoring an archived tax."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Tax
from soon.operations.refusal import Refusal


class CannotRestoreTax(Refusal):
    """The tax is not archived."""


@transaction.atomic
def restore(tax: Tax) -> Tax:
    """Offer the tax again. Raises CannotRestoreTax for one that is not archived."""
    if not Tax.objects.filter(pk=tax.pk, archived_at__isnull=False).update(archived_at=None):
        raise CannotRestoreTax(_("This tax is not archived."))
    tax.refresh_from_db()
    return tax
