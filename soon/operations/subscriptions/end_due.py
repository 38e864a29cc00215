"""Ending subscriptions whose last day has passed: a fixed term that is over, or a closing whose day has come."""

import datetime
import logging
from collections.abc import Callable, Collection

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Q

from soon.activity.actor import system
from soon.activity.evidence import append_evidence
from soon.domain import lifecycle
from soon.domain.closing_money import closing_money
from soon.models import CloseReason, Closure, CreditPolicy, Evidence, Order
from soon.models.orders import OrderQuerySet
from soon.operations.billing._compute import SENSELESS
from soon.operations.billing._read import Catalogue
from soon.operations.closing._evidence import declared
from soon.operations.closing._facts import facts_of
from soon.operations.closing._lost import lost_mrr
from soon.operations.closing._take_effect import Ending, take_effect
from soon.operations.order_sums import SUMS
from soon.operations.settling import lock_money_of

from ._apply_change import apply_changes

log = logging.getLogger(__name__)

# The reason that the clock gives for a fixed term (operations/installation/seed.py).
TERM_OVER = "end_date_reached"


def end_due(*, today: datetime.date, clock: Callable[[], datetime.datetime], time_zones: Collection[str] | None = None) -> int:
    """End every serving order whose `ends_on` lies on or before the local date `today`; return how many were ended.

    A closing is settled whatever is still to be invoiced; at the end of a fixed term the order waits until that is done. Each
    is a transaction of its own, and one that fails stops no other.
    """
    orders = _ending(today)
    if time_zones is not None:
        orders = orders.filter(time_zone__in=time_zones)
    ended, catalogue = 0, Catalogue()
    for key in list(orders.order_by("ends_on", "pk").values_list("pk", flat=True)):
        try:
            ended += _end(key, today, clock(), catalogue)
        except OperationalError:
            raise
        except (DatabaseError, *SENSELESS):
            log.exception("Order %s could not be ended", key)
    return ended


def _ending(today: datetime.date) -> OrderQuerySet:
    is_billed = ~Q(state=lifecycle.IN_PROGRESS, next_invoice_on__isnull=False)
    return Order.objects.ending_on(today).filter(Q(closure__isnull=False) | is_billed)


@transaction.atomic
def _end(key: int, today: datetime.date, at: datetime.datetime, catalogue: Catalogue) -> bool:
    locked = _ending(today).select_for_update(of=("self",), no_key=True).select_related("customer", "plan", "closure__reason")
    order = locked.filter(pk=key).first()
    if order is None or order.ends_on is None:
        # Somebody else ended or changed it.
        return False
    lock_money_of(order.customer_id)
    facts = facts_of([key], catalogue, after=order.ends_on)[key]
    facts = facts.while_paused() if order.state == Order.State.PAUSED else facts.ending_on(order.ends_on, today)
    if facts.through:
        apply_changes(facts.through, actor=system(), at=at)
        order.refresh_from_db(fields=["plan", *SUMS])
    policy = order.closure.credit_policy if order.closure else CreditPolicy.NONE
    money = closing_money(facts.closing, order.ends_on, gives_back=policy == CreditPolicy.UNUSED_DAYS)
    closure = order.closure
    if closure is None:
        closure = _closure_of_a_term(order, at)
        append_evidence(Evidence.Kind.CLOSING_REQUESTED, [(closure, declared(order, closure, money, {}))], at=at)
        Order.objects.filter(pk=key).update(closure=closure)
    ending = Ending(order, closure, facts, money, was_scheduled=order.closure is not None)
    take_effect([ending], catalogue, actor=system(), at=at, today=today)
    return True


def _closure_of_a_term(order: Order, at: datetime.datetime) -> Closure:
    assert order.ends_on is not None  # noqa: S101 - only orders with an end are ended
    return Closure.objects.create(
        order=order,
        customer=order.customer,
        type=Closure.Type.EXPIRED,
        channel=Closure.Channel.SYSTEM,
        submitted_at=at,
        time_zone=order.time_zone,
        reason=CloseReason.objects.get(system_code=TERM_OVER),
        requested_on=order.ends_on,
        effective_on=order.ends_on,
        ended_before_on=order.ends_on,
        lost_mrr_micro=lost_mrr([(order, order.ends_on)], order.ends_on)[order.pk],
        credit_policy=CreditPolicy.NONE,
    )
