"""Telling of pauses: chatter entries, and letters to the customer."""

import datetime
from typing import Any

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.domain.closing_money import ClosingMoney
from soon.domain.pausing import NOTICE_DAYS
from soon.mail.queue import queue_letter_to_customer
from soon.models import Order, Pause


def tell_of_pause(order: Order, pause: Pause, money: ClosingMoney, *, actor: Actor, at: datetime.datetime) -> None:
    """Say that `order` is paused, with what is given back and still charged."""
    kind = "subscription_paused_until" if pause.resumes_on else "subscription_paused"
    _record(kind, order, pause, actor, at)
    given_back = money_fact(money.credited_minor, order.currency)
    charged = money_fact(money.charged_minor, order.currency)
    told = {"given_back": given_back, "charged": charged, "notice_days": NOTICE_DAYS}
    _write("subscription_paused", order, pause, f"paused:{pause.pk}", at, told, actor)


def tell_of_new_end(order: Order, pause: Pause, *, actor: Actor, at: datetime.datetime) -> None:
    """Say that the pause of `order` ends on another day, or stays open."""
    _record("pause_end_changed" if pause.resumes_on else "pause_end_left_open", order, pause, actor, at)
    key = f"pause_end_changed:{pause.pk}:{at.isoformat()}"
    _write("pause_end_changed", order, pause, key, at, {"notice_days": NOTICE_DAYS}, actor)


def tell_of_end_to_come(order: Order, pause: Pause, *, actor: Actor, at: datetime.datetime) -> None:
    """Write to the customer that the pause of `order` ends on the day that it names now, and say that it was written."""
    _record("pause_end_announced", order, pause, actor, at)
    # An end that was changed is announced again, so the moment is part of what this letter is about.
    key = f"pause_ends:{pause.pk}:{at.isoformat()}"
    told = {"amount": money_fact(_recurring_gross_minor(order), order.currency)}
    _write("pause_ends", order, pause, key, at, told, actor)


def tell_of_resumption(order: Order, pause: Pause, *, actor: Actor, at: datetime.datetime) -> None:
    """Say that `order` goes on after its pause."""
    _record("subscription_resumed", order, pause, actor, at)
    _write("subscription_resumed", order, pause, f"resumed:{pause.pk}", at, {}, actor)


def _record(kind: str, order: Order, pause: Pause, actor: Actor, at: datetime.datetime) -> None:
    record(kind, customer=order.customer, order=order, actor=actor, at=at, facts=_days(pause))


def _write(kind: str, order: Order, pause: Pause, key: str, at: datetime.datetime, told: dict[str, Any], actor: Actor) -> None:
    customer = order.customer
    facts = _days(pause) | told
    if not queue_letter_to_customer(kind, event_key=key, customer=customer, order=order, at=at, facts=facts):
        record("letter_not_queued", customer=customer, order=order, actor=actor, at=at)


def _recurring_gross_minor(order: Order) -> int:
    return sum(net + tax for net, tax in order.lines.filter(is_recurring=True).values_list("net_minor", "tax_minor"))


def _days(pause: Pause) -> dict[str, str]:
    """Return the days of `pause` as facts; those that are not known are left out."""
    days = {
        "last_day_on": pause.paused_on - datetime.timedelta(days=1),
        "paused_on": pause.paused_on,
        "resumes_on": pause.resumes_on,
        "resumed_on": pause.resumed_on,
    }
    return {name: day.isoformat() for name, day in days.items() if day}
