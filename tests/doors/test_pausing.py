"""Pausing at the doors: staff pause, both sides see it and resume, and what is refused is said."""

import datetime

import pytest

from soon.activity.actor import system
from soon.models import Invoice, Order, Pause, User
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.change_pause_end import change_pause_end
from soon.operations.subscriptions.pause import pause
from soon.operations.subscriptions.resume import resume
from tests.builders import AT, TODAY, a_payment, an_invoice, an_order
from tests.doors.portal import by_account, everything
from tests.doors.setting_up import logged_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 3, 16, 12)
    seed()


def state(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def test_staff_see_what_a_pause_comes_to_pause_and_resume():
    order, manager = an_order(), logged_in("manager")
    an_invoice(order)
    page = f"/orders/{order.number}/"
    shown = manager.get(f"{page}pausing/")
    # 30 of the 31 days that were billed at 1,000,000.
    assert "967,742" in text_of(shown) and "Keep subscription" in text_of(shown)
    seen = {"last_on": "2026-03-16", "seen-last-on": "2026-03-16", "seen-pause": shown.context["preview"].fingerprint}
    before = everything()
    moved = manager.post(f"{page}pausing/", seen | {"last_on": "2026-03-10"})
    assert (moved.status_code, everything()) == (422, before)
    assert "It has not begun yet." in text_of(manager.post(f"{page}pausing/", {"look": "1", "last_on": "2026-03-10"}))
    # Without the right to date back.
    a_payment(Invoice.objects.get(order=order))
    changed = manager.post(f"{page}pausing/", seen)
    assert "The figures have changed" in text_of(changed) and changed.status_code == 422
    seen["seen-pause"] = changed.context["preview"].fingerprint
    soon = manager.post(f"{page}pausing/", seen | {"resumes_on": "2026-03-20"})
    assert "Choose 23 March 2026 or a later day" in text_of(soon) and state(order) == "in_progress"
    told = text_of(manager.post(f"{page}pausing/", seen | {"resumes_on": "2026-05-10"}, follow=True))
    assert "Days paid for beyond it are given back" in told and state(order) == "paused"
    assert "Paused until 9 May 2026" in told and "The customer is told on 3 May 2026." in told
    before = everything()
    assert "Only a subscription in progress can be paused." in text_of(manager.post(f"{page}pausing/", follow=True))
    assert "Only a subscription in progress can be paused." in text_of(manager.get(f"{page}pausing/"))
    assert everything() == before
    assert "Days of the pause are not billed" in text_of(manager.post(f"{page}resuming/", follow=True))
    assert state(order) == "in_progress"
    assert "resumed the subscription" in text_of(manager.get(page))
    assert "Only a paused subscription can be resumed." in text_of(manager.post(f"{page}resuming/", follow=True))


def test_staff_change_when_a_pause_ends():
    order, manager = an_order(), logged_in("manager")
    pause(order, actor=system(), at=AT, today=TODAY)
    page = f"/orders/{order.number}/"
    assert "Paused until somebody resumes it" in text_of(manager.get(page))
    refused = manager.post(f"{page}pause-end/", {"resumes_on": "2026-03-20"})
    assert refused.status_code == 422 and "Choose 23 March 2026" in text_of(refused)
    assert "Paused until 22 March 2026" in text_of(manager.post(f"{page}pause-end/", {"resumes_on": "2026-03-23"}, follow=True))
    assert 'value="2026-03-23"' in text_of(manager.get(f"{page}pause-end/"))
    order.customer.email = ""
    order.customer.save()
    assert "has no e-mail address and cannot be told" in text_of(manager.get(page))
    resume(order, actor=system(), at=AT, today=TODAY)
    assert "Only a paused subscription has a pause that ends." in text_of(manager.get(f"{page}pause-end/"))


def test_a_day_before_today_takes_the_right_to_date_back():
    order = an_order(start_on=datetime.date(2026, 3, 1))
    an_invoice(order)
    asked = {"last_on": "2026-03-10", "seen-last-on": "2026-03-10"}
    seller = logged_in("salesperson")
    Order.objects.update(salesperson=User.objects.get(role="salesperson"))
    assert "You may not pause as of an earlier day." in text_of(seller.post(f"/orders/{order.number}/pausing/", asked))
    manager = logged_in("manager")
    manager.post(f"/orders/{order.number}/pausing/", asked)
    assert Pause.objects.get(order=order).last_day_on == datetime.date(2026, 3, 10)


def test_a_customer_sees_the_pause_and_resumes_it():
    order = an_order()
    client = by_account(order.customer)
    page = f"/portal/orders/{order.number}/"
    assert f"{page}resuming/" not in text_of(client.get(page))
    pause(order, actor=system(), at=AT, today=TODAY)
    assert f"{page}resuming/" in text_of(client.get(page))
    change_pause_end(order, resumes_on=datetime.date(2026, 5, 10), actor=system(), at=AT, today=TODAY)
    told = text_of(client.get(page))
    assert "Paused until 9 May 2026" in told and "It goes on from 10 May 2026. We write to you before." in told
    assert client.post(f"{page}resuming/").status_code == 302
    assert state(order) == "in_progress"
    before = everything()
    client.post(f"{page}resuming/")
    assert everything() == before
