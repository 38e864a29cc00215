"""Adding an exchange rate."""

from django.db import transaction

from soon.models import Rate
from soon.operations.refusal import Refusal, refused_by_database

from ._check import TAKEN, check
from .details import RateDetails


class CannotAddRate(Refusal):
    """The rate makes no sense, or there is one of this currency and day."""


@transaction.atomic
def add(details: RateDetails) -> Rate:
    """Store a new rate; reports convert by it from its day on, until the next one. Raises CannotAddRate."""
    check(details, CannotAddRate)
    with refused_by_database(CannotAddRate(TAKEN)):
        return Rate.objects.create(**vars(details))
