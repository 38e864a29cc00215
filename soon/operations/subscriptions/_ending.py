"""Telling that a subscription ends: one chatter entry and one letter, whoever ended it."""

import datetime

from soon.activity.actor import Actor
from soon.activity.facts import name_fact, words_fact
from soon.activity.record import record
from soon.mail.queue import queue_letter_to_customer
from soon.models import Closure, Order

_KINDS = {"user": "closed_by_staff", "customer": "closed_by_customer", "system": "closed_by_system"}


def tell_of_ending(order: Order, closure: Closure, *, actor: Actor, at: datetime.datetime) -> None:
    """Record in the chatter that `actor` ended `order` by `closure`, and confirm it to the customer by letter."""
    last_day_on = closure.effective_on - datetime.timedelta(days=1)
    facts = {
        "reason": name_fact(closure.reason) or words_fact(closure.own_words),
        "effective_on": closure.effective_on.isoformat(),
        "last_day_on": last_day_on.isoformat(),
    }
    record(_KINDS[actor.kind], customer=order.customer, order=order, actor=actor, at=at, facts=facts)
    told = name_fact(closure.reason_told_to_customer)
    letter = queue_letter_to_customer(
        "subscription_closed",
        event_key=f"closed:{closure.pk}",
        customer=order.customer,
        order=order,
        at=at,
        facts={**facts, "reason": told, "closure": closure.pk, "submitted_at": at.isoformat()},
    )
    if letter is None:
        record("letter_not_queued", customer=order.customer, order=order, actor=actor, at=at)
