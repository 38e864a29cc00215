"""Telling of closings: chatter entries and letters, many at a time."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from soon.activity.actor import Actor
from soon.activity.facts import money_fact, name_fact, words_fact
from soon.activity.record import Place, record_many
from soon.mail.queue import CustomerLetter, queue_letters_to_customers
from soon.models import Closure, Order

KINDS = {"user": "closed_by_staff", "customer": "closed_by_customer", "system": "closed_by_system"}
SCHEDULED = {"user": "closing_scheduled", "customer": "closing_scheduled_by_customer", "system": "closing_scheduled_by_system"}

Ended = tuple[Order, Closure]


def tell_of_ends(ended: Sequence[Ended], *, actor: Actor, at: datetime.datetime) -> None:
    """Say of each order that it was closed now, and confirm it to its customer."""
    _record(_kind("closed_by", KINDS, actor), ended, actor, at)
    _write("subscription_closed", "closed", ended, actor, at)


def tell_of_schedule(scheduled: Sequence[Ended], *, actor: Actor, at: datetime.datetime) -> None:
    """Say of each order that it closes on a day to come, and confirm it to its customer."""
    _record(_kind("closing_scheduled_by", SCHEDULED, actor), scheduled, actor, at)
    _write("closing_scheduled", "closing_scheduled", scheduled, actor, at)


def tell_of_day(ended: Sequence[Ended], *, actor: Actor, at: datetime.datetime) -> None:
    """Say of each order that its scheduled closing took effect, and send its customer the final receipt."""
    _record("closing_took_effect", ended, actor, at)
    _write("subscription_closed", "closed", ended, actor, at)


def tell_of_undoing(order: Order, closure: Closure, *, actor: Actor, at: datetime.datetime) -> None:
    """Say that the scheduled closing was taken back."""
    _record("closing_undone", [(order, closure)], actor, at)
    _write("closing_undone", "closing_undone", [(order, closure)], actor, at)


def tell_of_reopening(order: Order, closure: Closure, *, actor: Actor, at: datetime.datetime) -> None:
    """Say that the order goes on after it was closed."""
    _record("subscription_reopened", [(order, closure)], actor, at)
    _write("subscription_reopened", "reopened", [(order, closure)], actor, at)


def _kind(begins: str, kinds: Mapping[str, str], actor: Actor) -> str:
    """Return the kind of entry for `actor`; what was declared without log-in was not done in the portal."""
    return f"{begins}_declaration" if actor.channel == Closure.Channel.PUBLIC else kinds[actor.kind]


def _record(kind: str, pairs: Sequence[Ended], actor: Actor, at: datetime.datetime) -> None:
    entries: Iterable[tuple[Place, Mapping[str, Any]]] = (
        ((order.customer_id, order.pk, None), _facts(closure, name_fact(closure.reason) or words_fact(closure.own_words)))
        for order, closure in pairs
    )
    record_many(kind, entries, actor=actor, at=at)


def _write(letter: str, event: str, pairs: Sequence[Ended], actor: Actor, at: datetime.datetime) -> None:
    addressed = [(order, closure) for order, closure in pairs if order.customer.email]
    queue_letters_to_customers(letter, [_letter(event, order, closure) for order, closure in addressed], at=at)
    silent: list[tuple[Place, Mapping[str, Any]]] = [
        ((order.customer_id, order.pk, None), {}) for order, _ in pairs if not order.customer.email
    ]
    if silent:
        record_many("letter_not_queued", silent, actor=actor, at=at)


def _letter(event: str, order: Order, closure: Closure) -> CustomerLetter:
    customer = order.customer
    told = _facts(closure, name_fact(closure.reason_told_to_customer)) | {
        "closure": closure.pk,
        "submitted_at": closure.submitted_at.isoformat(),
        "comment": closure.comment if closure.reason_told_to_customer else "",
        "charged": money_fact(closure.charged_minor, order.currency),
        "credited": money_fact(closure.credited_minor, order.currency),
    }
    key = f"{event}:{closure.pk}"
    return CustomerLetter(key, customer.pk, customer.email, customer.name, customer.language, order.pk, None, told)


def _facts(closure: Closure, reason: Mapping[str, str] | None) -> dict[str, Any]:
    facts = {
        "reason": reason,
        "effective_on": closure.effective_on.isoformat(),
        "last_day_on": closure.last_day_on.isoformat(),
    }
    if closure.reopened_on:
        facts["reopened_on"] = closure.reopened_on.isoformat()
    return facts
