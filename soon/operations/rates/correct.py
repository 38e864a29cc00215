"""Correcting an exchange rate."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Rate
from soon.operations.refusal import Refusal, refused_by_database

from ._check import TAKEN, check
from .details import RateDetails


class CannotCorrectRate(Refusal):
    """The rate makes no sense, is no longer there, or there is another one of this currency and day."""


@transaction.atomic
def correct(rate: Rate, *, details: RateDetails) -> Rate:
    """Give the rate the values of `details`; reports convert by them at once, past months too. Raises CannotCorrectRate."""
    check(details, CannotCorrectRate)
    found = Rate.objects.select_for_update().filter(pk=rate.pk).first()
    if found is None:
        raise CannotCorrectRate(_("This rate has been deleted meanwhile. Add it again if you need it."))
    for name, value in vars(details).items():
        setattr(found, name, value)
    with refused_by_database(CannotCorrectRate(TAKEN)):
        found.save()
    return found
