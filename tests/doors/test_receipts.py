"""Receipts and evidence at the door: whose they are, what they are called, and evidence that anybody can check."""

import hashlib
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import customer_in_portal, system
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.reopen import reopen
from soon.printing import pdf_of_receipt
from tests.builders import AT, PASSWORD, TODAY, a_churned_order, a_close_reason, a_customer, a_user, an_order
from tests.doors.portal import by_account, by_link
from tests.doors.setting_up import logged_in

pytestmark = pytest.mark.django_db
WHEN = {"at": AT, "today": TODAY}


def receipt_url(order, door="portal"):
    return f"{'/portal' if door == 'portal' else ''}/orders/{order.number}/closure/receipt/"


def is_genuine(file: dict) -> bool:
    """Follow the file's own words on how to check it, with nothing of ours."""
    before, place = "", 0
    for entry in file["entries"]:
        place += 1
        if (entry["position"], entry["previous_hash"]) != (place, before):
            return False
        if entry["content"] is not None:
            sealed = hashlib.sha256((entry["previous_hash"] + "\n" + entry["content"]).encode("utf-8")).hexdigest()
            if sealed != entry["hash"]:
                return False
        before = entry["hash"]
    return place > 0


@pytest.mark.parametrize("enter", [by_account, by_link])
def test_the_customer_finds_the_receipt_on_the_page_of_the_order(enter):
    order = a_churned_order(customer=a_customer(language="vi"))
    client = enter(order.customer)
    page = client.get(f"/portal/orders/{order.number}/").content.decode()
    assert receipt_url(order) in page and "/portal/exit-package/" in page
    answer = client.get(receipt_url(order))
    assert answer.content == pdf_of_receipt(order.closure)
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "no-store"
    assert f"{order.number}-2026-03-17.pdf" in answer["Content-Disposition"]
    # It stays when the subscription goes on.
    reopen(order, actor=system(), **WHEN)
    assert client.get(receipt_url(order)).content.startswith(b"%PDF")


def test_where_nothing_was_closed_there_is_no_receipt():
    order = an_order()
    assert by_account(order.customer).get(receipt_url(order)).status_code == 404
    staff = logged_in("manager")
    assert staff.get(receipt_url(order, "staff")).status_code == 404
    assert staff.get(f"/orders/{order.number}/closure/evidence/").status_code == 404
    assert "closure/receipt" not in staff.get(f"/orders/{order.number}/").content.decode()


def test_staff_find_receipt_and_evidence_on_the_page_of_the_order():
    order = a_churned_order()
    page = logged_in("manager").get(f"/orders/{order.number}/").content.decode()
    assert receipt_url(order, "staff") in page and f"/orders/{order.number}/closure/evidence/" in page
    assert logged_in("manager").get(receipt_url(order, "staff")).content == pdf_of_receipt(order.closure)
    page = logged_in("accountant").get(f"/orders/{order.number}/").content.decode()
    assert receipt_url(order, "staff") in page and "closure/evidence/" not in page


def test_evidence_holds_the_whole_chain_up_to_the_closing_and_can_be_checked_by_anybody():
    customer = a_customer(name="Nguyễn Ẩn")
    first, order, later = (an_order(customer=customer) for _ in range(3))
    reason = a_close_reason("Quá đắt")
    for each in (first, order, later):
        close(each, reason=reason, actor=customer_in_portal(customer), **WHEN)
    answer = logged_in("manager").get(f"/orders/{order.number}/closure/evidence/")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="evidence-{order.number}-')
    file = json.loads(answer.content)
    assert [(each["position"], each["kind"]) for each in file["entries"]] == [
        (1, "closing_requested"),
        (2, "closed"),
        (3, "closing_requested"),
        (4, "closed"),
    ]
    told = json.loads(file["entries"][2]["content"])
    assert (told["order"], told["customer"], told["reason"]["vi"]) == (order.number, "Nguyễn Ẩn", "Quá đắt")
    assert told["entry"]["closure"] == file["closure"] and file["order"] == order.number
    assert any("SHA-256" in words for words in file["how_to_check"])
    assert is_genuine(file)
    file["entries"][0]["content"] = file["entries"][0]["content"].replace("Quá đắt", "Quá rẻ")
    assert not is_genuine(file)


def test_what_the_reader_may_not_see_keeps_only_its_hash():
    customer, lan = a_customer(), a_user("salesperson")
    theirs = a_churned_order(customer=customer, salesperson=a_user("salesperson"))
    own = a_churned_order(customer=customer, salesperson=lan)
    client = logged_in()
    assert client.login(email=lan.email, password=PASSWORD)
    file = json.loads(client.get(f"/orders/{own.number}/closure/evidence/").content)
    assert [each["content"] is None for each in file["entries"]] == [True, True, False, False]
    assert theirs.number not in json.dumps(file) and is_genuine(file)


def test_all_papers_are_streamed_to_whom_they_belong():
    order = a_churned_order()
    client = by_account(order.customer)
    assert "/portal/exit-package/" in client.get("/portal/").content.decode()
    answer = client.get("/portal/exit-package/")
    assert answer.streaming and answer["Content-Type"] == "application/zip" and answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"PK")
    staff = logged_in("manager")
    assert f"/customers/{order.customer_id}/exit-package/" in staff.get(f"/customers/{order.customer_id}/").content.decode()
    assert b"".join(staff.get(f"/customers/{order.customer_id}/exit-package/").streaming_content).startswith(b"PK")


def test_a_receipt_costs_few_queries():
    order = a_churned_order()
    client = by_account(order.customer)
    with CaptureQueriesContext(connection) as queries:
        client.get(receipt_url(order))
    assert len(queries) <= 10
