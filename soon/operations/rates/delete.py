"""Deleting an exchange rate."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Rate
from soon.operations.refusal import Refusal


class CannotDeleteRate(Refusal):
    """The rate is no longer there."""


@transaction.atomic
def delete(rate: Rate) -> None:
    """Remove the rate for good: the one before it is valid on, or none. Raises CannotDeleteRate where it is gone already."""
    gone, _models = Rate.objects.filter(pk=rate.pk).delete()
    if not gone:
        raise CannotDeleteRate(_("This rate has been deleted already."))
