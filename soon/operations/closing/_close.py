"""Closing orders, one or a thousand in one transaction: the steps behind closing by staff, customers and the clock."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from soon.activity.actor import Actor
from soon.activity.evidence import append_evidence
from soon.domain.billing import next_due_on
from soon.domain.closing import end_service, settles_on
from soon.domain.closing_money import ClosingMoney, closing_money
from soon.domain.errors import DomainError
from soon.models import CloseVisit, Closure, CreditPolicy, Evidence, Order
from soon.models.bulk import any_of, insert_records, update_columns
from soon.operations.billing._read import Catalogue
from soon.operations.order_sums import SUMS
from soon.operations.settling import lock_money_of_all
from soon.operations.subscriptions._apply_change import apply_changes
from soon.operations.subscriptions._changes import cancel_changes_of
from soon.queries.pauses import pause_ends_on

from ._day import effective_day
from ._evidence import declared
from ._facts import OrderFacts, facts_of
from ._lost import lost_mrr
from ._request import (
    CannotClose,
    ClosingRequest,
    FiguresChanged,
    already_scheduled,
    check_actor,
    check_reason,
    comment_kept,
    figures_changed,
    gives_back,
    why_not_closable,
)
from ._signs import signs_of
from ._take_effect import Ending, take_effect, what_it_came_to
from ._tell import tell_of_schedule


@dataclass(frozen=True, slots=True)
class Planned:
    """An order that may be closed as asked, with its day and money."""

    order: Order
    request: ClosingRequest
    facts: OrderFacts
    money: ClosingMoney
    credit_policy: str
    takes_effect: bool

    @property
    def fingerprint(self) -> str:
        """A short word for the figures; the commit refuses others than were looked at."""
        return self.money.fingerprint(self.order.pk, self.credit_policy)


def close_orders(
    requests: Mapping[int, ClosingRequest],
    *,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    catalogue: Catalogue | None = None,
) -> dict[int, Closure | CannotClose]:
    """Close the orders with these keys as asked on the local date `today`; return the closure of each, or why there is none.

    Call it in a transaction of its own. What is refused leaves no trace and does not stop the others.
    """
    # Locks the rows on PostgreSQL; on SQLite the transaction already holds the write lock.
    locked = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "plan", "closure")
    orders = {order.pk: order for order in locked.filter(pk__in=any_of(sorted(requests))).order_by("pk")}
    lock_money_of_all({order.customer_id for order in orders.values()})
    catalogue = catalogue or Catalogue()
    after = min([today, *(each.effective_on for each in requests.values() if each.effective_on)])
    answers: dict[int, Closure | CannotClose] = {}
    for keys in _one_of_each_customer(orders, requests):
        facts = facts_of(keys, catalogue, after=after)
        planned: list[Planned] = []
        for key in keys:
            try:
                planned.append(plan(orders[key], requests[key], facts[key], actor=actor, today=today))
            except CannotClose as refusal:
                answers[key] = refusal
        if planned:
            answers |= _carry_out(planned, catalogue, actor, at, today)
    return answers


def _one_of_each_customer(orders: Mapping[int, Order], requests: Mapping[int, ClosingRequest]) -> list[list[int]]:
    """Return the keys in turns: what one order gives back may pay the last invoice of the next one of the same customer."""
    turns: list[list[int]] = []
    seen: Counter[int] = Counter()
    for key, order in orders.items():
        turn = 0 if requests[key].is_settled_elsewhere else seen[order.customer_id]
        if turn == len(turns):
            turns.append([])
        turns[turn].append(key)
        seen[order.customer_id] = turn + 1
    return turns


def plan(order: Order, request: ClosingRequest, facts: OrderFacts, *, actor: Actor, today: datetime.date) -> Planned:
    """Return what closing `order` as asked comes to. Raises CannotClose; writes nothing."""
    check_actor(order, request, actor)
    check_reason(request, actor)
    planned = plan_day_and_money(order, request, facts, actor=actor, today=today)
    if request.expected_fingerprint not in ("", planned.fingerprint):
        raise FiguresChanged(figures_changed())
    return planned


def plan_day_and_money(
    order: Order, request: ClosingRequest, facts: OrderFacts, *, actor: Actor, today: datetime.date
) -> Planned:
    """Return day and money of closing `order`, whoever asks for whatever reason. Raises CannotClose; writes nothing."""
    if not order.is_serving:
        raise CannotClose(why_not_closable(order))
    if order.closure_id:
        raise CannotClose(already_scheduled(order))
    effective_on = effective_day(order, facts, request, actor=actor, today=today)
    policy = gives_back(order, request)
    facts = _until_the_end(order, facts, effective_on, today)
    if request.is_settled_elsewhere:
        facts, policy = facts.settled_elsewhere(), CreditPolicy.NONE
    try:
        money = closing_money(facts.closing, effective_on, gives_back=policy == CreditPolicy.UNUSED_DAYS)
    except DomainError as error:
        # A day that nobody can bill up to; days after a fixed end were refused before.
        raise CannotClose(gettext("That day is too far away.")) from error
    # A subscription that never began has nothing left to serve.
    never_began = order.start_on is not None and effective_on <= order.start_on
    takes_effect = never_began or settles_on(today, effective_on) <= today
    return Planned(order, request, facts, money, policy, takes_effect)


def _until_the_end(order: Order, facts: OrderFacts, effective_on: datetime.date, today: datetime.date) -> OrderFacts:
    """Return `facts` as they are when the order ends: with changes that take effect before, and pauses that end before."""
    if order.state == Order.State.PAUSED:
        goes_on_on = pause_ends_on(order, today)
        if goes_on_on is None or goes_on_on >= effective_on:
            return facts.while_paused()
        facts = facts.resumed(goes_on_on)
    return facts.ending_on(effective_on, today)


def _carry_out(
    planned: Sequence[Planned], catalogue: Catalogue, actor: Actor, at: datetime.datetime, today: datetime.date
) -> dict[int, Closure | CannotClose]:
    _apply_due(planned, actor, at)
    signs = signs_of([each.order for each in planned], at=at, today=today)
    lost = lost_mrr([(each.order, each.money.effective_on) for each in planned], today)
    closures = [_closure(each, signs[each.order.pk], lost[each.order.pk], actor, at, today) for each in planned]
    insert_records(closures)
    pairs = list(zip(planned, closures, strict=True))
    entries = [(closure, declared(each.order, closure, each.money, each.request.shown)) for each, closure in pairs]
    append_evidence(Evidence.Kind.CLOSING_REQUESTED, entries, at=at)
    _decide_visits(closures, at)
    going_on = [change.pk for each in planned for change in each.facts.through]
    cancel_changes_of([each.order.pk for each in planned], but=going_on, actor=actor, at=at)
    now = [Ending(each.order, closure, each.facts, each.money) for each, closure in pairs if each.takes_effect]
    if now:
        take_effect(now, catalogue, actor=actor, at=at, today=today)
    later = [(each, closure) for each, closure in pairs if not each.takes_effect]
    if later:
        ends = {each.order.pk: (closure.pk, closure.effective_on, _next_invoice_on(each)) for each, closure in later}
        update_columns(Order, {"closure_id": "bigint", "ends_on": "date", "next_invoice_on": "date"}, ends)
        tell_of_schedule([(each.order, closure) for each, closure in later], actor=actor, at=at)
    return {each.order.pk: closure for each, closure in pairs}


def _apply_due(planned: Sequence[Planned], actor: Actor, at: datetime.datetime) -> None:
    """Let changes take effect whose day came before the end, of orders that end at once; the others are the worker's.

    What is billed before them is billed with the rest, see _book.py.
    """
    for each in planned:
        if each.takes_effect and each.facts.through:
            apply_changes(each.facts.through, actor=actor, at=at)
            each.order.refresh_from_db(fields=["plan", *SUMS])


def _decide_visits(closures: Sequence[Closure], at: datetime.datetime) -> None:
    """Note that customers who looked at the closing page have closed."""
    for closure in closures:
        if closure.channel == Closure.Channel.PORTAL:
            visits = CloseVisit.objects.filter(order=closure.order_id, outcome=CloseVisit.Outcome.LEFT, decided_at=None)
            decided = {"outcome": CloseVisit.Outcome.CLOSED, "decided_at": at, "closure": closure}
            if not visits.update(**decided):
                # Without scripts the page did not say that it was opened.
                opened = {"opened_at": at, "opened_on": closure.requested_on}
                CloseVisit.objects.create(customer_id=closure.customer_id, order_id=closure.order_id, **opened, **decided)


def _next_invoice_on(planned: Planned) -> datetime.date | None:
    """Return the day of the next invoice of an order that ends on its day: of periods before it only."""
    if planned.order.state != Order.State.IN_PROGRESS:
        return None
    ended = end_service(planned.facts.closing.agreement, planned.money.effective_on)
    return next_due_on(ended.terms, ended.lines)


def _closure(
    planned: Planned, signs: list[str], lost_micro: int, actor: Actor, at: datetime.datetime, today: datetime.date
) -> Closure:
    order, request = planned.order, planned.request
    return Closure(
        order=order,
        customer=order.customer,
        type=request.closure_type,
        channel=actor.channel,
        by_user=actor.user,
        by_name=actor.name,
        submitted_at=request.submitted_at or at,
        time_zone=order.time_zone,
        reason=request.reason,
        own_words="" if request.reason else request.own_words.strip(),
        comment=_comment(request, actor),
        staff_reason=request.staff_reason,
        signs=signs,
        requested_on=today,
        effective_on=planned.money.effective_on,
        ended_before_on=order.ends_on,
        lost_mrr_micro=lost_micro,
        credit_policy=planned.credit_policy,
        # Written once; one that is booked ahead gets them on its day.
        **(what_it_came_to(planned.money, at) if planned.takes_effect else {}),
    )


def _comment(request: ClosingRequest, actor: Actor) -> str:
    # The cause is the ground of a closing for cause: it stands, whatever its reason asks for.
    if request.closure_type == Closure.Type.FOR_CAUSE:
        return request.comment.strip()
    return comment_kept(request.reason, request.comment, actor)
