"""Archiving a tax."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Tax
from soon.operations.refusal import Refusal


class CannotArchiveTax(Refusal):
    """The tax is archived already."""


@transaction.atomic
def archive(tax: Tax, *, at: datetime.datetime) -> Tax:
    """Stop offering the tax. Lines that have it keep it; new ones cannot choose it. Raises CannotArchiveTax."""
    if not Tax.objects.filter(pk=tax.pk, archived_at=None).update(archived_at=at):
        raise CannotArchiveTax(_("This tax is already archived."))
    tax.refresh_from_db()
    return tax
