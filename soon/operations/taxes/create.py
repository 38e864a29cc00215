"""Creating a tax."""

from django.db import transaction

from soon.models import Tax

from .details import TaxDetails


@transaction.atomic
def create(details: TaxDetails) -> Tax:
    """Store a new tax."""
    return Tax.objects.create(**vars(details))
