"""Reading what orders earned and earn, from the orders and what happened to them."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import F, Q

from soon.domain import lifecycle
from soon.domain.earning import RENEWED, Earlier, Gap, Level, Story, shared_out
from soon.models import Closure, Order, OrderChange, OrderLine, Pause
from soon.models.bulk import any_of


class Earning(NamedTuple):
    """An order that was a subscription at some time, with its story; `story` is None for what never was one."""

    order: int
    customer: int
    currency: str
    salesperson: int | None
    story: Story | None


_ORDER = ("pk", "customer", "currency", "salesperson", "plan", "state", "start_on", "trial_days", "ends_on", "mrr_micro")
_EARNED = frozenset({lifecycle.IN_PROGRESS, lifecycle.PAUSED, lifecycle.CHURNED, lifecycle.RENEWED})


def earnings_of(orders: Sequence[int]) -> list[Earning]:
    """Return what the orders with these keys earn, in five queries."""
    keys = any_of(orders)
    nets, gaps, earlier = _nets(orders), _gaps(orders), _earlier(orders)
    found = []
    for row in Order.objects.filter(pk__in=keys).order_by("pk").values_list(*_ORDER):
        key, customer, currency, salesperson, plan, state, start_on, trial_days, ends_on, mrr = row
        story = None
        if plan and start_on and state in _EARNED:
            level = Level(plan, shared_out(mrr, nets.get(key, {})))
            renewed = [Gap(ends_on, None, RENEWED, is_pause=False)] if state == lifecycle.RENEWED and ends_on else []
            begins_on = start_on + datetime.timedelta(days=trial_days)
            story = Story(begins_on, level, earlier.get(key, ()), [*gaps.get(key, []), *renewed])
        found.append(Earning(key, customer, currency, salesperson, story))
    return found


def _nets(orders: Sequence[int]) -> Mapping[int, dict[int, int]]:
    """Return the recurring net amounts of the orders by product."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    lines = OrderLine.objects.filter(order__in=any_of(orders), is_recurring=True).order_by()
    for order, product, net in lines.values_list("order", "product", "net_minor"):
        found[order][product] = found[order].get(product, 0) + net
    return found


def _earlier(orders: Sequence[int]) -> Mapping[int, list[Earlier]]:
    """Return what the orders earned before each change that took effect; of several on one day before the first of them."""
    found: dict[int, list[Earlier]] = defaultdict(list)
    changes = OrderChange.objects.filter(order__in=any_of(orders), applied_at__isnull=False).order_by("applied_at", "pk")
    for order, day, plan, before in changes.values_list("order", "takes_effect_on", "plan_before", "mrr_before"):
        if all(each.until_on != day for each in found[order]):
            found[order].append(Earlier(day, Level(plan, {int(product): micro for product, micro in (before or {}).items()})))
    return found


def _gaps(orders: Sequence[int]) -> Mapping[int, list[Gap]]:
    """Return when the orders were closed, and when they were paused: until they went on, or were closed meanwhile."""
    found: dict[int, list[Gap]] = defaultdict(list)
    closed: dict[int, list[tuple[datetime.datetime, datetime.date]]] = defaultdict(list)
    closures = Closure.objects.in_effect().filter(order__in=any_of(orders)).order_by("effective_on", "pk")
    names = ("order", "effective_on", "reopened_on", "type", "took_effect_at")
    for order, effective_on, reopened_on, kind, took_effect_at in closures.values_list(*names):
        found[order].append(Gap(effective_on, reopened_on, kind, is_pause=False))
        closed[order].append((took_effect_at, effective_on))
    pauses = Pause.objects.filter(order__in=any_of(orders)).order_by("reopening")
    still = Q(order__state=lifecycle.PAUSED, order__times_reopened=F("reopening"))
    names = ("order", "paused_on", "paused_at", "resumed_on", "goes_on")
    for order, paused_on, paused_at, resumed_on, goes_on in pauses.annotate(goes_on=still).values_list(*names):
        # One that neither was resumed nor goes on ended when the order was closed after it.
        ends = [day for moment, day in closed[order] if moment >= paused_at and day >= paused_on]
        end_on = resumed_on or (None if goes_on else min(ends, default=paused_on))
        found[order].append(Gap(paused_on, end_on, "paused", is_pause=True))
    return found
