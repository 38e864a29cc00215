"""Adding a close reason."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from soon.domain import closing
from soon.models import CloseReason
from soon.operations.reason_names import lock_reasons, name_is_taken
from soon.operations.refusal import Refusal, refused_by_database

from .details import CloseReasonDetails


class CannotCreateReason(Refusal):
    """The details make no reason."""


@transaction.atomic
def create(details: CloseReasonDetails) -> CloseReason:
    """Store a new reason at the end of the list.

    Raises CannotCreateReason for a name in use, an audience of the system, or half an offer.
    """
    if details.audience == closing.SYSTEM_ONLY:
        raise CannotCreateReason(_("Reasons of the system cannot be added."))
    lock_reasons()
    if name_is_taken(details.name_vi, details.name_en):
        raise CannotCreateReason(_("There is already a current close reason of this name."))
    last = CloseReason.objects.aggregate(last=Max("position"))["last"] or 0
    with refused_by_database(CannotCreateReason(_("The offer is not complete."))):
        return CloseReason.objects.create(position=last + 10, **vars(details))
