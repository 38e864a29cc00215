"""Archiving a close reason: nobody can choose it any more, closures keep it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import CloseReason
from soon.operations.reason_names import is_last_for_customers, lock_reasons
from soon.operations.refusal import Refusal


class CannotArchiveReason(Refusal):
    """The reason cannot be archived."""


@transaction.atomic
def archive(reason: CloseReason, *, at: datetime.datetime) -> CloseReason:
    """Stop offering the reason. Raises CannotArchiveReason for one of the system and for the last one of customers."""
    lock_reasons()
    reason = CloseReason.objects.get(pk=reason.pk)
    if reason.system_code is not None:
        raise CannotArchiveReason(_("The system needs this reason, so it cannot be archived."))
    if reason.archived_at:
        raise CannotArchiveReason(_("This close reason is already archived."))
    if is_last_for_customers(reason):
        raise CannotArchiveReason(_("This is the last reason that customers can choose. Add another one for them first."))
    reason.archived_at = at
    reason.save(update_fields=["archived_at"])
    return reason
