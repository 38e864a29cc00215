"""Moving a close reason up or down the list that people choose from."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import CloseReason
from soon.operations.reason_names import lock_reasons, put_in_order
from soon.operations.refusal import Refusal


class CannotMoveReason(Refusal):
    """The reason cannot be moved there."""


@transaction.atomic
def move(reason: CloseReason, *, places: int) -> CloseReason:
    """Move the reason by `places` among the current ones, up where negative. Raises CannotMoveReason beyond either end."""
    lock_reasons()
    # Those of the system stand in a list of their own: a step past one of them would look like no step at all.
    beside = CloseReason.objects.current().filter(system_code__isnull=reason.system_code is None)
    reasons = list(beside.order_by("position", "pk"))
    index = next((index for index, other in enumerate(reasons) if other.pk == reason.pk), None)
    if index is None:
        raise CannotMoveReason(_("An archived close reason has no place in the list. Restore it first."))
    if not 0 <= index + places < len(reasons):
        raise CannotMoveReason(_("This close reason already stands at the end of the list."))
    reasons.insert(index + places, reasons.pop(index))
    put_in_order(reasons)
    reason.refresh_from_db()
    return reason
