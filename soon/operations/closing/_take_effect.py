"""Letting closings take effect: the money is booked, the orders are churned, and their customers hear of it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from soon.activity.actor import Actor
from soon.activity.evidence import append_evidence
from soon.domain.closing_money import ClosingMoney
from soon.models import Closure, Evidence, Letter, Order
from soon.models.bulk import any_of, update_columns
from soon.operations.billing._read import Catalogue
from soon.operations.movements.rebook import rebook

from ._book import Booking, book
from ._drafts import discard_drafts_of
from ._evidence import settled
from ._facts import OrderFacts
from ._lost import lost_mrr
from ._request import CannotClose, why_not_closable
from ._tell import tell_of_day, tell_of_ends


@dataclass(frozen=True, slots=True)
class Ending:
    """An order whose closing takes effect, with its money."""

    order: Order
    closure: Closure
    facts: OrderFacts
    money: ClosingMoney
    was_scheduled: bool = False


def take_effect(
    endings: Sequence[Ending], catalogue: Catalogue, *, actor: Actor, at: datetime.datetime, today: datetime.date
) -> None:
    """Book the money of `endings` on the local date `today`, and end the orders by their closures, which are stored.

    Call it with the orders and the money of their customers locked. Raises CannotClose where one is not served any more, and
    what booking raises; then the caller's transaction must not be committed.
    """
    keys = any_of([each.order.pk for each in endings])
    _stop_waiting(endings, actor, at)
    bookings = [Booking(each.order.number, each.facts, each.money) for each in endings]
    documents = book(bookings, catalogue, actor=actor, at=at, today=today)
    its = Closure.objects.standing().filter(order=OuterRef("pk")).order_by()
    ends = {"closure": Subquery(its.values("pk")[:1]), "ends_on": Subquery(its.values("effective_on")[:1])}
    moved = Order.objects.filter(pk__in=keys).make_moves("close", next_invoice_on=None, **ends)
    if moved != len(endings):
        raise CannotClose(why_not_closable(endings[0].order))
    _store([each for each in endings if each.closure.took_effect_at is None], at, today)
    entries = [
        (each.closure, settled(each.order, each.closure, each.money, documents.get(each.order.pk, ()))) for each in endings
    ]
    append_evidence(Evidence.Kind.CLOSED, entries, at=at)
    rebook([each.order.pk for each in endings])
    at_once = [(each.order, each.closure) for each in endings if not each.was_scheduled]
    on_their_day = [(each.order, each.closure) for each in endings if each.was_scheduled]
    if at_once:
        tell_of_ends(at_once, actor=actor, at=at)
    if on_their_day:
        tell_of_day(on_their_day, actor=actor, at=at)


def what_it_came_to(money: ClosingMoney, at: datetime.datetime) -> dict[str, Any]:
    """Return what a closure says from the moment `at` on, at which it takes effect."""
    return {"took_effect_at": at, "charged_minor": money.charged_minor, "credited_minor": money.credited_minor}


def _store(endings: Sequence[Ending], at: datetime.datetime, today: datetime.date) -> None:
    kinds = {
        "took_effect_at": "timestamptz",
        "charged_minor": "bigint",
        "credited_minor": "bigint",
        # Between the request and its day prices may have changed.
        "lost_mrr_micro": "bigint",
    }
    lost = lost_mrr([(each.order, each.closure.effective_on) for each in endings], today)
    found = {each.closure.pk: what_it_came_to(each.money, at) | {"lost_mrr_micro": lost[each.order.pk]} for each in endings}
    for each in endings:
        vars(each.closure).update(found[each.closure.pk])
    update_columns(Closure, kinds, {key: tuple(values.values()) for key, values in found.items()})


def _stop_waiting(endings: Sequence[Ending], actor: Actor, at: datetime.datetime) -> None:
    """Drop what was prepared or on its way for the orders: draft invoices and reminders not sent yet."""
    orders = [each.order.pk for each in endings]
    discard_drafts_of(orders, actor=actor, at=at)
    # Looked up by their orders first: among all letters that wait an index of those would be the longer way.
    reminders = list(
        Letter.objects.filter(order__in=any_of(orders), kind="payment_reminder").order_by().values_list("pk", flat=True)
    )
    if reminders:
        waiting = Letter.objects.filter(pk__in=any_of(reminders), sent_at=None, given_up_at=None)
        waiting.update(given_up_at=at, last_error="the subscription was closed")
