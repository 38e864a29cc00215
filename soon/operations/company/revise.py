"""Changing what our company says of itself."""

from django.db import transaction

from soon.models import Company

from .details import CompanyDetails


@transaction.atomic
def revise(details: CompanyDetails) -> Company:
    """Give our company the values of `details`. Documents already issued keep the words of their day."""
    company, _created = Company.objects.update_or_create(pk=1, defaults=vars(details))
    return company
