"""Pausing at the doors: staff pause, both sides see it and resume, and what is refused is said."""

import pytest

from soon.activity.actor import system
from soon.models import Order
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.pause import pause
from tests.builders import AT, TODAY, an_order
from tests.doors.portal import by_account, everything
from tests.doors.setting_up import logged_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 3, 16, 12)
    seed()


def state(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def test_staff_pause_and_resume():
    order, manager = an_order(), logged_in("manager")
    page = f"/orders/{order.number}/"
    assert "Days paid for beyond it are given back" in text_of(manager.post(f"{page}pausing/", follow=True))
    assert state(order) == "paused"
    before = everything()
    assert "Only a subscription in progress can be paused." in text_of(manager.post(f"{page}pausing/", follow=True))
    assert everything() == before
    assert "Days of the pause are not billed" in text_of(manager.post(f"{page}resuming/", follow=True))
    assert state(order) == "in_progress"
    assert "resumed the subscription" in text_of(manager.get(page))
    assert "Only a paused subscription can be resumed." in text_of(manager.post(f"{page}resuming/", follow=True))


def test_a_customer_sees_the_pause_and_resumes_it():
    order = an_order()
    client = by_account(order.customer)
    page = f"/portal/orders/{order.number}/"
    assert f"{page}resuming/" not in text_of(client.get(page))
    pause(order, actor=system(), at=AT, today=TODAY)
    assert f"{page}resuming/" in text_of(client.get(page))
    assert client.post(f"{page}resuming/").status_code == 302
    assert state(order) == "in_progress"
    before = everything()
    client.post(f"{page}resuming/")
    assert everything() == before
