"""Many workers sweep the same letters at once: each letter goes out once."""

import pytest
from django.core import mail

from soon.mail.portal_link import portal_link_of
from soon.models import Letter
from soon.operations.portal.mail_new_link import mail_new_link
from tests.builders import AT, a_sent_quotation
from tests.mail.rounds import send_due
from tests.races.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_four_workers_send_each_letter_once():
    orders = [a_sent_quotation() for _ in range(12)]
    results = at_once(*[lambda: send_due(at=AT)] * 4)
    # A worker that finds the next letter taken may leave the rest for its next round.
    left = send_due(at=AT)
    assert sum(results) + left == 12
    assert sorted(message.to[0].split("<")[1] for message in mail.outbox) == sorted(f"{o.customer.email}>" for o in orders)
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


def test_eight_clicks_mail_one_new_link():
    order = a_sent_quotation()
    link = portal_link_of(Letter.objects.get(order=order))
    results = at_once(*[lambda: mail_new_link(link, at=AT)] * 8)
    assert sorted(type(result).__name__ for result in results) == ["Letter"] + ["NoneType"] * 7
    assert Letter.objects.filter(kind="portal_link").count() == 1
