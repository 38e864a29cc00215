"""Changing a close reason: its names, who may choose it, its category, whether a comment is asked for, its offer."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.domain import closing
from soon.models import CloseReason
from soon.operations.reason_names import is_last_for_customers, lock_reasons, name_is_taken
from soon.operations.refusal import Refusal, refused_by_database

from .details import CloseReasonDetails


class CannotReviseReason(Refusal):
    """The reason cannot be changed so."""


@transaction.atomic
def revise(reason: CloseReason, *, details: CloseReasonDetails) -> CloseReason:
    """Give the reason the values of `details`; chatter entries keep the words of their day.

    A reason of the system is only renamed. Raises CannotReviseReason for a name in use, for another audience of a reason of the
    system, where customers would have no reason left, and for half an offer.
    """
    lock_reasons()
    reason = CloseReason.objects.get(pk=reason.pk)
    if (reason.system_code is not None) != (details.audience == closing.SYSTEM_ONLY):
        raise CannotReviseReason(_("Reasons of the system stay with the system; only their names can be changed."))
    if reason.archived_at is None and name_is_taken(details.name_vi, details.name_en, apart_from=reason):
        raise CannotReviseReason(_("There is already a current close reason of this name."))
    if details.audience != closing.EVERYONE and is_last_for_customers(reason):
        raise CannotReviseReason(_("This is the last reason that customers can choose. Add another one for them first."))
    reason.name_vi, reason.name_en = details.name_vi, details.name_en
    if reason.system_code is None:
        reason.audience, reason.category = details.audience, details.category
        reason.comment_policy = details.comment_policy
        reason.offer, reason.offer_plan, reason.offer_percent = details.offer, details.offer_plan, details.offer_percent
        reason.offer_months, reason.offer_periods = details.offer_months, details.offer_periods
    with refused_by_database(CannotReviseReason(_("The offer is not complete."))):
        reason.save()
    return reason
