"""Writing a chatter entry, in the transaction of the change it tells about."""

import datetime
from collections.abc import Mapping
from typing import Any

from soon.models import Activity, Customer, Invoice, Order

from .actor import Actor
from .kinds import KINDS


def entry(
    kind: str,
    *,
    customer: Customer,
    actor: Actor,
    at: datetime.datetime,
    order: Order | None = None,
    invoice: Invoice | None = None,
    facts: Mapping[str, Any] | None = None,
    text: str = "",
) -> Activity:
    """Return the entry that `actor` did `kind` at the moment `at`, for storing many at once; KeyError for an unknown kind."""
    return Activity(
        kind=KINDS[kind].code,
        audience=KINDS[kind].audience,
        customer=customer,
        order=order,
        invoice=invoice,
        facts=dict(facts or {}),
        text=text,
        actor_kind=actor.kind,
        actor_user=actor.user,
        actor_name=actor.name,
        channel=actor.channel,
        at=at,
    )


def record(
    kind: str,
    *,
    customer: Customer,
    actor: Actor,
    at: datetime.datetime,
    order: Order | None = None,
    invoice: Invoice | None = None,
    facts: Mapping[str, Any] | None = None,
    text: str = "",
) -> Activity:
    """Store that `actor` did `kind` at the moment `at`; raise KeyError for a kind nobody declared."""
    made = entry(kind, customer=customer, actor=actor, at=at, order=order, invoice=invoice, facts=facts, text=text)
    made.save(force_insert=True)
    return made
