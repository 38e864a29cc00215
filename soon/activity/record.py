"""Writing a chatter entry, in the transaction of the change it tells about."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from soon.models import Activity, Customer, Invoice, Order
from soon.models.bulk import insert_rows

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


# Keys of the customer, the order and the invoice that an entry is about.
Place = tuple[int, int | None, int | None]

_COLUMNS = ("customer_id order_id invoice_id facts kind text audience actor_kind actor_user_id actor_name channel at").split()


def record_many(kind: str, entries: Iterable[tuple[Place, Mapping[str, Any]]], *, actor: Actor, at: datetime.datetime) -> None:
    """Store that `actor` did `kind` at the moment `at` at each place with its facts, in one statement."""
    user = actor.user.pk if actor.user else None
    same = (KINDS[kind].code, "", str(KINDS[kind].audience), actor.kind, user, actor.name, actor.channel, at)
    rows = ((*place, json.dumps(facts, ensure_ascii=False), *same) for place, facts in entries)
    insert_rows(Activity, _COLUMNS, rows)
