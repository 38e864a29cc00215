"""Links in letters: they let in whom they belong to, until they expire or are taken back; opening one changes nothing."""

import datetime
import re

import pytest
from django.test import Client

from soon.activity.actor import staff
from soon.mail.render import render
from soon.models import Letter, PortalLink
from soon.operations.portal.revoke_links import revoke_links
from tests.builders import AT, a_customer, a_quotation, a_user, an_order
from tests.doors.portal import a_link, by_account, by_link, everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock):
    return clock(2026, 3, 16, 12)


@pytest.fixture
def client():
    return Client(headers={"Accept-Language": "en"})


def test_it_leads_to_the_order_of_the_letter_and_writes_nothing(client):
    order = an_order()
    link = a_link(order.customer, order)
    before = everything()
    for _ in range(3):
        assert client.get(f"/portal/link/{link.token}/").headers["Location"] == f"/portal/orders/{order.number}/"
    assert client.get(f"/portal/orders/{order.number}/").status_code == 200
    assert everything() == before


def test_a_link_without_an_order_or_to_one_no_longer_offered_leads_to_the_list(client):
    quotation = a_quotation()
    for link in (a_link(quotation.customer), a_link(quotation.customer, quotation)):
        assert client.get(f"/portal/link/{link.token}/").headers["Location"] == "/portal/"


@pytest.mark.parametrize("token", ["1", "abc", "1:forged", "999999:x", ":", "%00", "1:" + "a" * 500])
def test_a_forged_link_lets_nobody_in(client, token):
    a_link(a_customer())
    answer = client.get(f"/portal/link/{token}/")
    assert answer.status_code == 403
    assert "This link has expired" in answer.content.decode()
    assert client.get("/portal/").status_code == 302


def test_the_signature_of_one_link_does_not_fit_another(client):
    one, other = a_link(a_customer()), a_link(a_customer())
    forged = f"{other.pk}:{one.token.split(':')[1]}"
    assert client.get(f"/portal/link/{forged}/").status_code == 403


def test_an_expired_link_offers_a_new_one(client, clock):
    order = an_order()
    link = a_link(order.customer, order, expires_at=AT + datetime.timedelta(hours=1))
    clock(2026, 3, 16, 14)
    answer = client.get(f"/portal/link/{link.token}/")
    assert answer.status_code == 403
    assert "Send me a new link" in answer.content.decode()
    assert client.get(f"/portal/orders/{order.number}/").status_code == 302


def test_whoever_is_inside_is_out_when_the_link_expires_or_is_taken_back(client, clock):
    order = an_order()
    link = a_link(order.customer, order, expires_at=AT + datetime.timedelta(hours=1))
    client.get(f"/portal/link/{link.token}/")
    assert client.get("/portal/").status_code == 200
    clock(2026, 3, 16, 14)
    before = everything()
    for path in ("", f"orders/{order.number}/", "invoices/"):
        answer = client.get(f"/portal/{path}")
        assert answer.status_code == 403
        assert "Send me a new link" in answer.content.decode()
    assert client.post(f"/portal/orders/{order.number}/messages/", {"body": "x"}).status_code == 403
    assert everything() == before

    other = by_link(order.customer)
    assert other.get("/portal/").status_code == 200
    revoke_links(order.customer, actor=staff(a_user()), at=datetime.datetime.now(datetime.UTC))
    assert other.get("/portal/").status_code == 403


def test_a_new_link_is_mailed_at_most_once_an_hour_and_the_answer_never_tells(client, clock):
    order = an_order()
    link = a_link(order.customer, order, expires_at=AT - datetime.timedelta(days=1))
    nowhere = a_link(a_customer(email=""), expires_at=AT)
    answers = {client.post(f"/portal/link/{link.token}/").content for _ in range(5)}
    answers |= {client.post(f"/portal/link/{token}/").content for token in ("forged", "1:forged", nowhere.token)}
    assert len({strip_tokens(answer) for answer in answers}) == 1
    letter = Letter.objects.get(kind="portal_link")
    assert (letter.to_email, letter.language) == (order.customer.email, "vi")
    render(letter)
    new = PortalLink.objects.get(letter=letter)
    assert client.get(f"/portal/link/{new.token}/").status_code == 302
    clock(2026, 3, 16, 13)
    client.post(f"/portal/link/{link.token}/")
    assert Letter.objects.filter(kind="portal_link").count() == 2


def strip_tokens(page):
    return re.sub(rb'(csrfmiddlewaretoken" value="[^"]*"|/portal/link/[^"]*)', b"", page)


def test_staff_who_open_a_customers_link_see_the_preview(client):
    order = an_order()
    client.force_login(a_user("manager"))
    assert (
        client.get(f"/portal/link/{a_link(order.customer, order).token}/")
        .headers["Location"]
        .endswith(f"/portal/preview/{order.number}/")
    )
    assert "portal_link" not in client.session


def test_an_account_does_not_slip_into_another_customers_portal():
    mine, other = an_order(), an_order()
    client = by_account(mine.customer)
    answer = client.get(f"/portal/link/{a_link(other.customer, other).token}/")
    assert answer.status_code == 403
    assert "belongs to another customer" in answer.content.decode()
    assert client.get(f"/portal/orders/{other.number}/").status_code == 404
    assert client.get(f"/portal/link/{a_link(mine.customer, mine).token}/").status_code == 302


def test_an_account_wins_over_a_link_used_before():
    linked, own = an_order(), an_order()
    client = by_link(linked.customer)
    user = a_user("customer", customer=own.customer)
    client.login(email=user.email, password="soon-demo")
    assert client.get(f"/portal/orders/{own.number}/").status_code == 200
    assert client.get(f"/portal/orders/{linked.number}/").status_code == 404


def test_leaving_forgets_the_link():
    client = by_link(a_customer())
    assert client.get("/portal/leaving/").status_code == 405
    assert client.post("/portal/leaving/").status_code == 200
    assert client.get("/portal/").status_code == 302
