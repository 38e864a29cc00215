"""Deleting a close reason that nobody ever gave."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import CloseReason
from soon.operations.reason_names import is_last_for_customers, is_used, lock_reasons
from soon.operations.refusal import Refusal


class CannotDeleteReason(Refusal):
    """The reason cannot be deleted."""


@transaction.atomic
def delete(reason: CloseReason) -> None:
    """Remove the reason for good. Raises CannotDeleteReason for a used one, one of the system, the last one of customers."""
    lock_reasons()
    reason = CloseReason.objects.get(pk=reason.pk)
    if reason.system_code is not None:
        raise CannotDeleteReason(_("The system needs this reason, so it cannot be deleted."))
    if is_used(reason):
        raise CannotDeleteReason(_("Subscriptions were closed for this reason, so it cannot be deleted. Archive it instead."))
    if is_last_for_customers(reason):
        raise CannotDeleteReason(_("This is the last reason that customers can choose. Add another one for them first."))
    reason.delete()
