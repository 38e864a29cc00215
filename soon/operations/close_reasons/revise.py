"""Changing a close reason: its names, who may choose it, its category, whether a comment is asked for, its offer."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.domain import closing
from soon.models import CloseReason
from soon.operations.reason_names import is_last_for_customers, is_used, lock_reasons, name_is_taken, put_in_order
from soon.operations.refusal import Refusal, refused_by_database

from .details import CloseReasonDetails


class CannotReviseReason(Refusal):
    """The reason cannot be changed so."""


@transaction.atomic
def revise(reason: CloseReason, *, details: CloseReasonDetails, at: datetime.datetime) -> CloseReason:
    """Give the reason the values of `details`, and return it; chatter entries keep the words of their day.

    Where it was used and would say something else, it is archived as it is, and a new one with these values, which is returned,
    takes its place: what was closed for it stays closed for it. A reason of the system is only renamed. Raises
    CannotReviseReason for a name in use, for another audience of a reason of the system, where customers would have no reason
    left, for other words of a used reason that is archived, and for half an offer.
    """
    lock_reasons()
    reason = CloseReason.objects.get(pk=reason.pk)
    if (reason.system_code is not None) != (details.audience == closing.SYSTEM_ONLY):
        raise CannotReviseReason(_("Reasons of the system stay with the system; only their names can be changed."))
    if reason.archived_at is None and name_is_taken(details.name_vi, details.name_en, apart_from=reason):
        raise CannotReviseReason(_("There is already a current close reason of this name."))
    if details.audience != closing.EVERYONE and is_last_for_customers(reason):
        raise CannotReviseReason(_("This is the last reason that customers can choose. Add another one for them first."))
    if reason.system_code is None and _says_something_else(reason, details) and is_used(reason):
        return _replace(reason, details, at)
    reason.name_vi, reason.name_en = details.name_vi, details.name_en
    if reason.system_code is None:
        reason.audience, reason.category = details.audience, details.category
        reason.comment_policy = details.comment_policy
        reason.offer, reason.offer_plan, reason.offer_percent = details.offer, details.offer_plan, details.offer_percent
        reason.offer_months, reason.offer_periods = details.offer_months, details.offer_periods
    with refused_by_database(CannotReviseReason(_("The offer is not complete."))):
        reason.save()
    return reason


def _says_something_else(reason: CloseReason, details: CloseReasonDetails) -> bool:
    """Return whether closings of this reason would read differently; a name that was missing, or its capitals, is no matter."""
    names = ((reason.name_vi, details.name_vi), (reason.name_en, details.name_en))
    is_renamed = any(old and old.casefold() != new.casefold() for old, new in names)
    return is_renamed or reason.category != details.category


def _replace(reason: CloseReason, details: CloseReasonDetails, at: datetime.datetime) -> CloseReason:
    """Archive the reason, and put a new one with these details where it stood."""
    if reason.archived_at:
        raise CannotReviseReason(
            _("Subscriptions were closed for this reason, so it keeps its words. Restore it, then change it.")
        )
    offered = list(CloseReason.objects.current().filter(system_code=None))
    # Archived first: the new one may have its names.
    reason.archived_at = at
    reason.save(update_fields=["archived_at"])
    with refused_by_database(CannotReviseReason(_("The offer is not complete."))):
        new = CloseReason.objects.create(position=reason.position, **vars(details))
    put_in_order([new if each == reason else each for each in offered])
    return new
