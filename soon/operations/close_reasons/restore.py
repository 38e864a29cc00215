"""Restoring an archived close reason."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import CloseReason
from soon.operations.reason_names import lock_reasons, name_is_taken
from soon.operations.refusal import Refusal


class CannotRestoreReason(Refusal):
    """The reason cannot be restored."""


@transaction.atomic
def restore(reason: CloseReason) -> CloseReason:
    """Offer the reason again. Raises CannotRestoreReason where a current one has its name meanwhile."""
    lock_reasons()
    reason = CloseReason.objects.get(pk=reason.pk)
    if reason.archived_at is None:
        raise CannotRestoreReason(_("This close reason is not archived."))
    if name_is_taken(reason.name_vi, reason.name_en):
        raise CannotRestoreReason(_("There is already a current close reason of this name. Rename one of them first."))
    reason.archived_at = None
    reason.save(update_fields=["archived_at"])
    return reason
