"""Scheduling changes of a locked order: the steps behind staff changing a plan and behind an offer that a customer accepts."""

import datetime
from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact, name_fact
from soon.activity.record import record
from soon.domain.agreements import CannotChange as NotAgreed
from soon.domain.periods import DateOutOfRange
from soon.domain.scheduled import boundary_later, further_discount
from soon.formatting import day_in_words
from soon.mail.queue import queue_letter_to_customer
from soon.models import Order, OrderChange, OrderLine, Plan
from soon.models.bulk import any_of
from soon.operations.refusal import Refusal, refused_by_database
from soon.queries.order_changes import day_of_change, open_changes, plan_options, whole_period_minor
from soon.queries.upcoming import agreed

from ._apply_change import percent_fact, terms_of_change

DAY = datetime.timedelta(days=1)


class CannotChange(Refusal):
    """The subscription cannot change so, or not now."""


def locked_order(order: Order) -> Order:
    """Return `order` locked, with its customer and plan, as the database has it."""
    locked = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "plan")
    return locked.get(pk=order.pk)


def schedule_plan(order: Order, plan: Plan, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> OrderChange:
    """Let the locked `order` have `plan` from the first period that has not begun; whether `actor` may is the caller's to ask.

    Prices are those of the price list now; a running discount ends before. Raises CannotChange; then nothing is written.
    """
    lines, waiting = _lines(order), open_changes(order)
    _check(order, [each for each in waiting if each.kind != OrderChange.Kind.DISCOUNT_ENDS])
    if plan.pk == order.plan_id:
        raise CannotChange(_("It has this recurring plan already."))
    if day_of_change(order, lines, today, waiting) is None:
        raise CannotChange(_("It ends by itself before it could change."))
    options = plan_options(order, lines, today, waiting=waiting, only=plan)
    if not options:
        raise CannotChange(_("This plan has no price for everything on the order, or is no longer sold."))
    [option] = options
    change = OrderChange(
        kind=OrderChange.Kind.PLAN,
        takes_effect_on=option.starts_on,
        new_plan=plan,
        lines_after={str(line): {"unit_price_minor": price} for line, price in option.prices.items()},
    )
    _store(change, order, lines, actor, at)
    facts = {"plan": name_fact(plan), "amount": money_fact(option.recurring_minor, order.currency)}
    _tell("plan_change_scheduled", change, order, facts, actor, at)
    return change


def schedule_discount(
    order: Order, percent: Decimal, periods: int, *, actor: Actor, at: datetime.datetime, today: datetime.date
) -> OrderChange:
    """Take `percent` off all that recurs on the locked `order` for so many periods, from the first that has not begun.

    Whether `actor` may is the caller's to ask. Raises CannotChange; then nothing is written.
    """
    lines, waiting = _lines(order), open_changes(order)
    _check(order, waiting)
    starts_on = day_of_change(order, lines, today)
    if starts_on is None:
        raise CannotChange(_("It ends by itself before it could change."))
    recurring = [line for line in lines if line.is_recurring]
    try:
        ends_on = boundary_later(agreed(order, lines)[0], starts_on, periods)
        after = {str(line.pk): _discounted(further_discount(line.discount_percent, percent)) for line in recurring}
    except (NotAgreed, DateOutOfRange) as error:
        raise CannotChange(_("This discount cannot be combined with the one that a line has already.")) from error
    change = OrderChange(kind=OrderChange.Kind.DISCOUNT, takes_effect_on=starts_on, discount_percent=percent, lines_after=after)
    _store(change, order, lines, actor, at)
    end = OrderChange(
        kind=OrderChange.Kind.DISCOUNT_ENDS,
        takes_effect_on=ends_on,
        lines_after={str(line.pk): _discounted(line.discount_percent) for line in recurring},
    )
    _store(end, order, lines, actor, at)
    facts = {"percent": percent_fact(percent), "last_on": (ends_on - DAY).isoformat()}
    amount = money_fact(_period_with(change, order, lines), order.currency)
    _tell("discount_scheduled", change, order, facts | {"amount": amount}, actor, at)
    return change


def cancel_changes_of(orders: Sequence[int], *, but: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Cancel the changes that wait on the locked orders with these keys, `but` some, because they close; told in the chatter.

    The end of a discount that has begun stays: a closing that is undone must not make the discount last for ever.
    """
    # First the small table alone, which nearly always holds nothing for them.
    keys = list(OrderChange.objects.open().filter(order__in=any_of(orders)).order_by().values_list("pk", flat=True))
    keys = [key for key in keys if key not in but]
    found = list(OrderChange.objects.filter(pk__in=keys).select_related("order", "customer").order_by("pk")) if keys else []
    to_begin = {each.order_id for each in found if each.kind == OrderChange.Kind.DISCOUNT}
    for each in found:
        if each.kind != OrderChange.Kind.DISCOUNT_ENDS or each.order_id in to_begin:
            cancel(each, actor=actor, at=at)
            if each.kind != OrderChange.Kind.DISCOUNT_ENDS:
                facts = {"takes_effect_on": each.takes_effect_on.isoformat()}
                record("change_cancelled_by_closing", customer=each.customer, order=each.order, actor=actor, at=at, facts=facts)


def bring_back_changes_of(
    order: Order, *, cancelled_at: datetime.datetime, actor: Actor, at: datetime.datetime, today: datetime.date
) -> None:
    """Bring back what the closing of the locked `order` cancelled at that moment, because it is undone; told in the chatter.

    Only changes that can still be made as they were agreed: their day lies ahead, and nobody has billed beyond it.
    """
    found = list(OrderChange.objects.filter(order=order, cancelled_at=cancelled_at).order_by("takes_effect_on", "pk"))
    for change in found:
        day = change.takes_effect_on
        if change.kind == OrderChange.Kind.DISCOUNT_ENDS or day <= today:
            continue
        if order.lines.filter(is_recurring=True, billed_until__gt=day).exists():
            continue
        is_discount = change.kind == OrderChange.Kind.DISCOUNT
        ends = [each for each in found if is_discount and each.kind == OrderChange.Kind.DISCOUNT_ENDS]
        for each in (change, *ends):
            each.cancelled_at, each.cancelled_by_name = None, ""
            each.save(update_fields=["cancelled_at", "cancelled_by_name"])
        facts = {"takes_effect_on": day.isoformat()}
        record("change_brought_back", customer=order.customer, order=order, actor=actor, at=at, facts=facts)


def cancel(change: OrderChange, *, actor: Actor, at: datetime.datetime) -> None:
    """Store that `change` will not take effect; the caller holds its order locked and tells of it."""
    change.cancelled_at, change.cancelled_by_name = at, actor.name
    change.save(update_fields=["cancelled_at", "cancelled_by_name"])


def _lines(order: Order) -> list[OrderLine]:
    return list(order.lines.select_related("tax"))


def _check(order: Order, waiting: Sequence[OrderChange]) -> None:
    if order.state != Order.State.IN_PROGRESS or order.plan is None:
        raise CannotChange(_("Only a subscription in progress can change."))
    if order.closure_id:
        raise CannotChange(_("It closes on a day to come. Undo the closing first."))
    if waiting:
        words = str(_("A change is scheduled for %(day)s already. Cancel it first."))
        raise CannotChange(words % {"day": day_in_words(waiting[0].takes_effect_on)})


def _store(change: OrderChange, order: Order, lines: Sequence[OrderLine], actor: Actor, at: datetime.datetime) -> None:
    """Store `change` of `order`. Raises TooLarge where its amounts would be, before anything is stored."""
    terms_of_change(change, copy(order), [copy(line) for line in lines])
    change.order, change.customer = order, order.customer
    change.by_name, change.by_user, change.made_at = actor.name, actor.user if actor.customer is None else None, at
    with refused_by_database(CannotChange(_("Another change was scheduled in the meantime. Look again."))):
        change.save(force_insert=True)


def _period_with(change: OrderChange, order: Order, lines: Sequence[OrderLine]) -> int:
    order, lines = copy(order), [copy(line) for line in lines]
    terms_of_change(change, order, lines)
    return whole_period_minor(order, lines)


def _discounted(percent: Decimal) -> dict[str, str]:
    return {"discount_percent": str(percent)}


def _tell(kind: str, change: OrderChange, order: Order, facts: Mapping[str, Any], actor: Actor, at: datetime.datetime) -> None:
    told = {"takes_effect_on": change.takes_effect_on.isoformat(), **facts}
    record(kind, customer=order.customer, order=order, actor=actor, at=at, facts=told)
    key = f"{kind}:{change.pk}"
    if not queue_letter_to_customer(kind, event_key=key, customer=order.customer, order=order, at=at, facts=told):
        record("letter_not_queued", customer=order.customer, order=order, actor=actor, at=at)
