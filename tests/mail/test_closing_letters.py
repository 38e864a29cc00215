"""Letters about closings: what was declared and when, the last day, the money, how to undo it; with the receipt attached."""

import datetime

import pytest

from soon.activity.actor import customer_in_portal, system
from soon.mail.render import render
from soon.models import Company, Evidence, Letter, PortalLink
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.undo_close import undo_close
from soon.printing import pdf_of_receipt
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_draft_line, a_plan, a_tax, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db
WHEN = {"at": AT, "today": TODAY}
LATER = TODAY + datetime.timedelta(days=46)


@pytest.fixture
def order(request):
    """A subscription at 3,410,000 a month, billed once and not paid, of a customer who reads `request.param`."""
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt", "email": "sen@example.com"})
    customer = a_customer(name="Nguyễn Ẩn", language=getattr(request, "param", "en"))
    lan = a_user("salesperson", name="Trần Lan", email="lan@example.com")
    sold = an_order(plan=a_plan(), lines=[a_draft_line(3_100_000, tax=a_tax("10"))], customer=customer, salesperson=lan)
    an_invoice(sold)
    return sold


def closed(order, **fields):
    reason = a_close_reason("Quá đắt", name_en="Too expensive", comment_policy="optional")
    asked = {"reason": reason, "comment": "Một < hai & ba", **WHEN} | fields
    return close(order, actor=customer_in_portal(order.customer), **asked)


def sent(kind: str):
    """Return text, HTML, subject and attachments of the one letter of `kind`."""
    message = render(Letter.objects.get(kind=kind))
    html = message.alternatives[0][0]
    return message.body.replace("\xa0", " "), html.replace("\xa0", " "), message.subject, message.attachments


@pytest.mark.parametrize("order", ["en", "vi"], indirect=True)
def test_a_closing_is_confirmed_with_all_of_its_receipt(order):
    closure = closed(order)
    text, html, subject, attached = sent("subscription_closed")
    words = {
        "en": ("16 Mar 2026, 12:00 (Asia/Ho_Chi_Minh, UTC+07:00)", "16 March 2026", "Too expensive", "₫3,300,000", "₫110,000"),
        "vi": (
            "16/03/2026 12:00 (Asia/Ho_Chi_Minh, UTC+07:00)",
            "ngày 16 tháng 3 năm 2026",
            "Quá đắt",
            "3.300.000 ₫",
            "110.000 ₫",
        ),
    }[order.customer.language]
    for word in (*words, order.number, "lan@example.com"):
        assert word in text and word in html
    assert "Một < hai & ba" in text and "Một &lt; hai &amp; ba" in html and "hai & ba" not in html
    assert order.number in subject
    [(name, content, kind)] = attached
    assert name.endswith(f"-{order.number}-2026-03-17.pdf") and name.isascii() and kind == "application/pdf"
    assert content == pdf_of_receipt(closure) and Evidence.objects.filter(closure=closure).exists()


def test_a_scheduled_closing_says_until_when_it_can_be_undone_and_leads_there(order):
    closed(order, effective_on=LATER)
    text, html, subject, attached = sent("closing_scheduled")
    link = PortalLink.objects.get(order=order)
    for words in (text, html):
        assert "its last day of service is 30 April 2026" in words
        assert "Up to and including 30 April 2026 the closing can be undone" in words
        assert "₫1,705,000" in words  # half of the next month
        assert "View or undo the closing" in words and f"/portal/link/{link.token}/" in words
    assert subject == f"Your subscription {order.number} closes: last day 30 April 2026"
    assert len(attached) == 1
    assert not Letter.objects.filter(kind="subscription_closed").exists()


def test_undoing_and_reopening_are_confirmed(order):
    closed(order, effective_on=LATER)
    undo_close(order, actor=customer_in_portal(order.customer), **WHEN)
    text, html, _, attached = sent("closing_undone")
    for words in (text, html):
        assert f"the closing of subscription {order.number} is undone" in words
        assert "Undone" in words and "can be undone" not in words
    assert len(attached) == 1
    close(order, reason=a_close_reason(), actor=system(), **WHEN)
    reopen(order, actor=system(), **WHEN)
    text, html, subject, attached = sent("subscription_reopened")
    for words in (text, html):
        assert f"subscription {order.number} is open again from 16 March 2026" in words
    assert subject == f"Your subscription {order.number} is open again" and len(attached) == 1
