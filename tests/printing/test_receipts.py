"""The receipt of a closing on paper: all of what the law asks for, in the customer's language, the same bytes each time."""

import datetime

import pytest

from soon.activity.actor import customer_in_portal, staff, system
from soon.models import CloseReason, Company, Evidence
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.end_due import end_due
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.undo_close import undo_close
from soon.printing import pdf_of_receipt
from tests.builders import (
    AT,
    TODAY,
    a_close_reason,
    a_customer,
    a_draft_line,
    a_payment,
    a_plan,
    a_tax,
    a_user,
    an_invoice,
    an_order,
)
from tests.printing.reading import texts_of

pytestmark = pytest.mark.django_db

WHEN = {"at": AT, "today": TODAY}
LATER = TODAY + datetime.timedelta(days=46)
REASON = {"name": "Quá đắt", "name_en": "Too expensive", "comment_policy": "optional"}


def a_billed_order(language: str = "en", **fields):
    Company.objects.update_or_create(pk=1, defaults={"name": "Cty Sen Việt", "street": "1 Lê Lợi", "email": "sen@example.com"})
    lines = [a_draft_line(3_100_000, tax=a_tax("10"))]
    order = an_order(plan=a_plan(), lines=lines, customer=a_customer(name="Nguyễn Ẩn", language=language), **fields)
    an_invoice(order)
    return order


def closed(order, **fields):
    """Return the closing of `order` by its customer, in their own words."""
    reason = CloseReason.objects.filter(name_vi=REASON["name"]).first() or a_close_reason(**REASON)
    asked = {"reason": reason, "comment": "Chuyển sang #panic(1) *nhà* khác", **WHEN} | fields
    return close(order, actor=customer_in_portal(order.customer), **asked)


def text_of(closure) -> str:
    return " ".join(texts_of(pdf_of_receipt(closure))).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["Receipt of closing", "Too expensive", "16 Mar 2026, 12:00 (Asia/Ho_Chi_Minh, UTC+07:00)", "16 March 2026"],
        ),
        ("vi", ["Quá đắt", "16/03/2026 12:00 (Asia/Ho_Chi_Minh, UTC+07:00)", "ngày 16 tháng 3 năm 2026"]),
    ],
)
def test_it_holds_declaration_moment_last_day_money_and_seal(language, words):
    closure = closed(a_billed_order(language))
    text = text_of(closure)
    # 30 of 31 days of 3,410,000 were not used, and nothing was paid.
    back = "₫3,300,000" if language == "en" else "3.300.000 ₫"
    owed = "₫110,000" if language == "en" else "110.000 ₫"
    hashes = [each.hash for each in Evidence.objects.filter(closure=closure)]
    assert len(hashes) == 2
    for word in [*words, closure.order.number, "Nguyễn Ẩn", "Chuyển sang #panic(1) *nhà* khác", back, owed, *hashes]:
        assert word in text
    assert text.count(back) == 3  # given back, all of it for the unpaid invoice, by one credit note


def test_it_has_the_same_bytes_until_something_happens():
    order = a_billed_order()
    closure = closed(order)
    before = pdf_of_receipt(closure)
    assert before == pdf_of_receipt(closure) and before.startswith(b"%PDF-1.")
    a_payment(order.invoices.filter(kind="invoice")[0], 1000)
    Company.objects.update(phone="")
    closure.refresh_from_db()
    assert pdf_of_receipt(closure) == before
    reopened = reopen(order, actor=system(), **WHEN)
    assert pdf_of_receipt(reopened) != before
    assert "Reopened 16 Mar 2026, 12:00" in text_of(reopened) and "nothing is given back" not in text_of(reopened)


def test_before_its_day_it_says_how_long_it_can_be_undone_and_that_the_figures_are_foreseen():
    order = a_billed_order()
    closure = closed(order, effective_on=LATER)
    text = text_of(closure)
    assert "Up to and including 30 April 2026 the closing can be undone" in text
    assert "foreseen" in text and "Took effect" not in text
    assert "Still invoiced, tax included ₫1,705,000" in text  # half of the next month
    undone = undo_close(order, actor=customer_in_portal(order.customer), **WHEN)
    text = text_of(undone)
    assert "Undone 16 Mar 2026, 12:00" in text and "nothing of it moves any money" in text
    assert "can be undone" not in text and "1,705,000" not in text


def test_on_its_day_it_names_the_documents_and_the_day_to_pay():
    order = a_billed_order()
    closure = closed(order, effective_on=LATER)
    end_due(today=LATER, clock=lambda: AT + (LATER - TODAY))
    closure.refresh_from_db()
    text = text_of(closure)
    last = order.invoices.latest("pk")
    assert f"Invoice {last.number} payable by" in text
    assert "Took effect 1 May 2026" in text and "can be undone" not in text


def test_what_was_paid_and_not_used_is_left_and_a_withdrawal_says_by_when_it_is_paid_back():
    order = a_billed_order()
    a_payment(order.invoices.get())
    text = text_of(closed(order, closure_type="withdrawal"))
    assert "of it is left to you ₫3,300,000" in text
    assert "We pay back what is left to you by 30 March 2026." in text
    other = a_billed_order()
    a_payment(other.invoices.get())
    assert "it pays your next invoices, or we pay it back if you ask for it" in text_of(closed(other))


def test_what_staff_noted_stays_with_staff_and_nothing_to_settle_is_said():
    order = an_order(customer=a_customer(language="en"), start_on=TODAY + datetime.timedelta(days=9))
    close(order, own_words="Khách khó tính", comment="Nội bộ", actor=staff(a_user("manager", name="Trần Lan")), **WHEN)
    order.refresh_from_db()
    text = text_of(order.closure)
    for internal in ("Khách khó tính", "Nội bộ", "Trần Lan"):
        assert internal not in text
    assert "None, it had not begun" in text
    assert "Nothing more is charged, nothing is given back, and nothing is left to pay." in text


def test_a_closing_from_before_evidence_was_kept_has_a_receipt_too():
    old = closed(a_billed_order())
    old.pk, old.order, old.charged_minor = None, an_order(customer=old.customer), 55_000
    old.save()
    text = text_of(old)
    assert "₫55,000" in text and "Evidence" not in text
