"""Saying why afterwards: the customer who closed without a reason gives one, once."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.evidence import append_evidence
from soon.activity.facts import name_fact
from soon.activity.record import record
from soon.models import CloseReason, Closure, Evidence, Order
from soon.models.closures import NOT_SAID
from soon.operations.closing._request import CannotClose, check_comment, comment_kept
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of


class CannotGiveReason(Refusal):
    """There is nothing to answer, or not so."""


@transaction.atomic
def give_reason(order: Order, *, reason: CloseReason, comment: str = "", actor: Actor, at: datetime.datetime) -> Closure:
    """Remember why the customer of `order` closed it, where they had not said.

    What the reason asks for as a comment holds as it does when closing. Raises CannotGiveReason; then nothing is written.
    """
    locked = Closure.objects.select_for_update(of=("self",), no_key=True).select_related("reason", "customer", "order")
    closure = locked.standing().filter(order=order).first()
    if closure is None or closure.reason is None or closure.reason.system_code != NOT_SAID:
        raise CannotGiveReason(_("Thank you, you have answered already."))
    if reason not in CloseReason.objects.for_customers():
        raise CannotGiveReason(_("Please choose one of the listed reasons."))
    try:
        check_comment(reason, comment, actor)
    except CannotClose as refusal:
        raise CannotGiveReason(refusal.message) from refusal
    lock_money_of(closure.customer_id)
    said = comment_kept(reason, comment, actor)
    closure.reason = reason
    # The cause that was stated for closing stands; what is said after it is told in the chatter.
    if closure.type != Closure.Type.FOR_CAUSE or not closure.comment:
        closure.comment = said
    closure.save(update_fields=["reason", "comment"])
    facts = {"reason": name_fact(reason), "comment": said, "given_at": at.isoformat(), "by": actor.name}
    append_evidence(Evidence.Kind.REASON_GIVEN, [(closure, facts)], at=at)
    told = {"reason": name_fact(reason)}
    record("reason_given", customer=closure.customer, order=order, actor=actor, at=at, facts=told, text=said)
    return closure
