"""Closing: who may, for which reason, what is remembered, and that a refusal writes nothing."""

import datetime

import pytest

from soon.activity.actor import customer_in_portal, staff, system
from soon.activity.feed import by_day
from soon.activity.kinds import CUSTOMER, STAFF
from soon.mail.render import render
from soon.models import Activity, Closure, Letter, Order, PortalLink
from soon.operations.payments.register_payment import register_payment
from soon.operations.subscriptions.close import CannotClose, MayNotClose, close
from tests.builders import (
    AT,
    a_churned_order,
    a_close_reason,
    a_customer,
    a_plan,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_invoice,
    an_order,
)

TODAY = datetime.date(2026, 3, 20)
pytestmark = pytest.mark.django_db


def everything_written() -> tuple[object, ...]:
    """Return all that closing may touch, to compare before and after."""
    return (
        list(Order.objects.order_by("pk").values()),
        list(Closure.objects.order_by("pk").values()),
        Activity.objects.count(),
        Letter.objects.count(),
        PortalLink.objects.count(),
    )


def refused(order, refusal=CannotClose, **arguments):
    """Close with `arguments`, expect a refusal that wrote nothing, and return what it says."""
    before = everything_written()
    with pytest.raises(refusal) as caught:
        close(order, at=AT, today=TODAY, **arguments)
    assert everything_written() == before
    return str(caught.value)


def test_staff_close_for_a_listed_reason():
    order, reason, lan = an_order(), a_close_reason(), a_user("salesperson")
    closure = close(order, reason=reason, actor=staff(lan), at=AT, today=TODAY)
    order.refresh_from_db()
    assert (order.state, order.closure, order.next_invoice_on) == ("churned", closure, None)
    assert (closure.reason, closure.own_words, closure.channel, closure.by_user) == (reason, "", "backoffice", lan)
    assert (closure.requested_on, closure.effective_on) == (TODAY, TODAY + datetime.timedelta(days=1))
    assert closure.lost_mrr_micro == order.mrr_micro == 1_000_000 * 1_000_000


def test_the_day_of_closing_is_not_served_where_the_plan_says_so():
    order = an_order(plan=a_plan(closing_day_is_served=False))
    closure = close(order, reason=a_close_reason(), actor=system(), at=AT, today=TODAY)
    assert closure.effective_on == TODAY


def test_an_order_closed_before_it_starts_was_never_served():
    order = an_order(start_on=datetime.date(2026, 4, 1))
    closure = close(order, reason=a_close_reason(), actor=system(), at=AT, today=TODAY)
    order.refresh_from_db()
    assert closure.effective_on == order.ends_on == datetime.date(2026, 4, 1)


def test_staff_close_in_their_own_words():
    order = an_order()
    closure = close(order, own_words="  Chuyển văn phòng ", actor=staff(a_user("manager")), at=AT, today=TODAY)
    assert (closure.reason, closure.own_words, closure.reason_text) == (None, "Chuyển văn phòng", "Chuyển văn phòng")


def test_a_customer_closes_in_the_portal():
    order, reason = an_order(), a_close_reason()
    closure = close(order, reason=reason, actor=customer_in_portal(order.customer), at=AT, today=TODAY)
    assert (closure.channel, closure.by_user, closure.by_name) == ("portal", None, order.customer.name)
    assert order.activities.first().kind == "closed_by_customer"


def test_closing_works_after_invoice_and_payment():
    order = an_order()
    invoice = an_invoice(order)
    register_payment(invoice, amount_minor=1_000_000, paid_on=AT.date(), method="cash", actor=system(), at=AT, today=AT.date())
    close(order, reason=a_close_reason(), actor=staff(a_user("manager")), at=AT, today=TODAY)
    order.refresh_from_db()
    assert order.state == "churned"


def test_the_chatter_tells_who_when_through_which_channel_and_why():
    order, lan = an_order(), a_user("manager", name="Lan")
    reason = a_close_reason("Quá đắt")
    close(order, reason=reason, actor=staff(lan), at=AT, today=TODAY)
    entry = order.activities.get(kind="closed_by_staff")
    assert (entry.actor_name, entry.at, entry.channel) == ("Lan", AT, "backoffice")
    assert entry.facts["reason"] == {"vi": "Quá đắt", "en": "Quá đắt (en)"}
    assert entry.facts["last_day_on"] == "2026-03-20"


def test_renaming_a_reason_does_not_rewrite_the_chatter():
    order, reason = an_order(), a_close_reason("Quá đắt")
    close(order, reason=reason, actor=system(), at=AT, today=TODAY)
    reason.name_vi = "Giá cao"
    reason.save()
    assert order.activities.get(kind="closed_by_system").facts["reason"]["vi"] == "Quá đắt"


def test_the_customer_gets_one_letter_in_their_language():
    order = an_order(customer=a_customer(language="en", email="ann@example.com"))
    close(order, reason=a_close_reason(), actor=system(), at=AT, today=TODAY)
    letter = Letter.objects.get(kind="subscription_closed")
    assert (letter.to_email, letter.language, letter.sent_at) == ("ann@example.com", "en", None)
    assert letter.facts["effective_on"] == "2026-03-21"


def test_without_an_address_no_letter_and_the_chatter_says_so():
    order = an_order(customer=a_customer(email=""))
    close(order, reason=a_close_reason(), actor=system(), at=AT, today=TODAY)
    assert not Letter.objects.filter(kind="subscription_closed").exists()
    assert order.activities.filter(kind="letter_not_queued").exists()


def test_closing_twice_is_refused():
    order = a_churned_order()
    assert refused(order, reason=a_close_reason(), actor=system())


@pytest.mark.parametrize("make", [a_quotation, a_sent_quotation])
def test_closing_a_quotation_is_refused(make):
    assert refused(make(), reason=a_close_reason(), actor=staff(a_user("manager")))


def test_no_reason_is_refused():
    assert refused(an_order(), own_words="   ", actor=staff(a_user("manager")))


def test_an_archived_reason_is_refused():
    assert refused(an_order(), reason=a_close_reason(archived_at=AT), actor=staff(a_user("manager")))


def test_staff_cannot_give_a_reason_of_the_system():
    reason = a_close_reason(audience="system", system_code="unpaid_in_test")
    assert refused(an_order(), reason=reason, actor=staff(a_user("manager")))


@pytest.mark.parametrize("audience", ["staff", "system"])
def test_a_customer_cannot_give_a_reason_meant_for_others(audience):
    order = an_order()
    assert refused(order, reason=a_close_reason(audience=audience), actor=customer_in_portal(order.customer))


def test_a_customer_cannot_use_own_words():
    order = an_order()
    actor = customer_in_portal(order.customer)
    assert refused(order, own_words="Because", actor=actor)
    assert refused(order, reason=a_close_reason(), own_words="Because", actor=actor)


def test_a_customer_cannot_close_on_a_plan_that_is_not_closable():
    order = an_order(plan=a_plan(is_closable=False))
    assert refused(order, MayNotClose, reason=a_close_reason(), actor=customer_in_portal(order.customer))


def test_a_customer_cannot_close_somebody_elses_subscription():
    assert refused(an_order(), MayNotClose, reason=a_close_reason(), actor=customer_in_portal(a_customer()))


def test_a_late_payment_does_not_reopen():
    order = an_order()
    invoice = an_invoice(order)
    close(order, reason=a_close_reason(), actor=system(), at=AT, today=TODAY)
    register_payment(invoice, amount_minor=500_000, paid_on=TODAY, method="cash", actor=system(), at=AT, today=TODAY)
    order.refresh_from_db()
    assert order.state == "churned"


@pytest.mark.parametrize("said", [{"own_words": "Khách khó tính"}, {"reason": "staff"}, {"reason": "everyone"}])
def test_what_staff_noted_stays_with_staff(said):
    order = an_order()
    if "reason" in said:
        said = {"reason": a_close_reason("Khách khó tính", audience=said["reason"])}
    close(order, actor=staff(a_user("manager")), at=AT, today=TODAY, **said)
    letter = Letter.objects.get(kind="subscription_closed")
    assert "Khách khó tính" not in render(letter).body
    assert "Khách khó tính" not in told(order, CUSTOMER)
    assert "Khách khó tính" in told(order, STAFF)


def test_the_customer_hears_the_reason_they_gave_again():
    order = an_order()
    close(order, reason=a_close_reason("Quá đắt"), actor=customer_in_portal(order.customer), at=AT, today=TODAY)
    assert "Quá đắt" in render(Letter.objects.get(kind="subscription_closed")).body
    assert "Quá đắt" in told(order, CUSTOMER)


def told(order, reader):
    """Return what `reader` reads in the chatter of `order`."""
    entries = Activity.objects.for_customers().filter(order=order)
    days = by_day(entries, time_zone=order.time_zone, today=TODAY, reader=reader)
    return " ".join(entry.html for _, entries_of_day in days for entry in entries_of_day)
