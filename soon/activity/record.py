"""Writing a chatter entry, in the transaction of the change it tells about."""

import datetime
from collections.abc import Mapping
from typing import Any

from soon.models import Activity, Customer, Invoice, Order

from .actor import Actor
from .kinds import KINDS


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
    return Activity.objects.create(
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
