"""Everybody closes the same order at the same moment: one closure, everyone else refused, one letter."""

from collections.abc import Callable

import pytest

from soon.activity.actor import Actor, customer_in_portal, staff
from soon.models import Activity, Closure, Letter, Order
from soon.operations.subscriptions.close import CannotClose, close
from tests.builders import AT, a_close_reason, a_user, an_order
from tests.races.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def closer(order: Order, actor: Actor, reason) -> Callable[[], Closure]:
    return lambda: close(order, reason=reason, actor=actor, at=AT, today=AT.date())


def test_eight_at_once_close_once():
    order, reason, lan = an_order(), a_close_reason(), a_user("manager")
    actors = [staff(lan), customer_in_portal(order.customer)] * 4
    results = at_once(*(closer(order, actor, reason) for actor in actors))
    assert sorted(type(result).__name__ for result in results) == ["CannotClose"] * 7 + ["Closure"]
    assert all(isinstance(result, Closure | CannotClose) for result in results)
    order.refresh_from_db()
    assert (order.state, order.closure) == ("churned", Closure.objects.get(order=order))
    assert Letter.objects.filter(kind="subscription_closed").count() == 1
    assert Activity.objects.filter(order=order, kind__startswith="closed_by").count() == 1
