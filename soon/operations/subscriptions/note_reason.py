"""Noting why a customer left as staff see it, beside what the customer said."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import name_fact
from soon.activity.record import record
from soon.models import CloseReason, Closure, Order
from soon.operations.refusal import Refusal


class CannotNoteReason(Refusal):
    """There is no closing to say something about, or this reason is not offered to staff."""


@transaction.atomic
def note_reason(order: Order, *, reason: CloseReason | None, actor: Actor, at: datetime.datetime) -> Closure:
    """Keep `reason` as what staff think the true reason is (None: nothing any more); what the customer said stays.

    Raises CannotNoteReason; then nothing is written.
    """
    closures = Closure.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "staff_reason")
    closure = closures.standing().filter(order=order).first()
    if closure is None:
        raise CannotNoteReason(_("This subscription is not closed."))
    if reason is not None and (reason.archived_at or reason.audience == CloseReason.Audience.SYSTEM):
        raise CannotNoteReason(_("This reason is no longer offered. Please choose another one."))
    before, closure.staff_reason = closure.staff_reason, reason
    if before != reason:
        closure.save(update_fields=["staff_reason"])
        facts = {"changes": [{"field": "staff_reason", "old": name_fact(before), "new": name_fact(reason)}]}
        record("order_changed", customer=closure.customer, order=order, actor=actor, at=at, facts=facts)
    return closure
