"""Declarations without log-in: matched only where there is no doubt, never lost, and counted from their moment."""

import datetime
import json

import pytest

from soon.activity.actor import customer_in_portal, staff, system
from soon.models import Activity, CloseReason, Closure, Declaration, Evidence, Invoice, Letter, Order
from soon.operations.declarations import receive as receiving
from soon.operations.declarations.match import CannotMatch, match
from soon.operations.declarations.receive import receive
from soon.operations.declarations.set_aside import CannotSetAside, set_aside
from soon.operations.declarations.statement import Statement
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.give_reason import give_reason
from soon.printing.receipts import receipt_of
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_payment, a_plan, a_quotation, a_user, an_invoice, an_order
from tests.operations.records import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def reasons(db):
    seed()


@pytest.fixture
def order():
    buyer = a_customer(name="Nguyễn Lan", email="Lan@Example.com")
    made = an_order(customer=buyer, plan=a_plan(is_closable=False))
    Order.objects.filter(pk=made.pk).update(customer_reference="PO  77/Đ", external_id="ext-9")
    return Order.objects.select_related("customer", "plan").get(pk=made.pk)


def a_statement(order, **fields):
    values = {"name": "Lan", "email": order.customer.email, "reference": order.number, "form_key": "k" * 40}
    return Statement(**values | fields)


def received(order, *, at=AT, **fields):
    return receive(a_statement(order, **fields), at=at)


@pytest.mark.parametrize(
    ("fields", "is_found"),
    [
        ({}, True),
        ({"email": "LAN@example.COM"}, True),
        ({"reference": "po 77/đ"}, True),
        ({"reference": " EXT-9 "}, True),
        ({"reference": "{lower}"}, True),
        ({"email": "other@example.com"}, False),
        ({"email": "an@example.com"}, False),
        ({"reference": "S9"}, False),
        ({"reference": "ext"}, False),
        ({"reference": "ext-9, PO 77"}, False),
    ],
)
def test_an_order_is_meant_where_reference_and_e_mail_are_its_own(order, fields, is_found):
    if fields.get("reference") == "{lower}":
        fields = {"reference": order.number.lower()}
    declaration = received(order, **fields)
    assert bool(declaration.handled_at) is is_found
    assert Closure.objects.count() == int(is_found)
    assert Letter.objects.filter(kind="declaration_received", to_email=declaration.email).count() == 1
    order.refresh_from_db()
    assert order.is_serving is not is_found


def test_it_closes_at_once_by_the_rules_of_the_plan_whether_closable_or_not(order):
    declaration = received(order)
    closure = declaration.closure
    assert (closure.channel, closure.type, closure.reason.system_code) == ("public", "ordinary", "not_said")
    assert (closure.effective_on, closure.submitted_at, closure.by_name) == (TODAY + DAY, AT, "Nguyễn Lan")
    content = json.loads(Evidence.objects.get(closure=closure, kind="closing_requested").content)
    assert content["shown"]["declared"]["reference"] == order.number


def test_two_orders_of_one_reference_are_a_doubt_and_wait(order):
    other = an_order(customer=order.customer)
    Order.objects.filter(pk=other.pk).update(customer_reference=order.number)
    assert received(order).handled_at is None
    assert not Closure.objects.exists()


def test_quotations_and_closed_orders_are_not_meant(order):
    quotation = a_quotation(customer=order.customer)
    assert received(quotation).handled_at is None
    close(order, reason=a_close_reason(), actor=system(), at=AT, today=TODAY)
    assert received(order, form_key="m" * 40).handled_at is None
    assert Closure.objects.count() == 1


def test_a_repeat_is_the_same_declaration(order):
    first = received(order)
    before = everything()
    assert received(order, at=AT + DAY).pk == first.pk
    assert everything() == before


PLANS = {
    "today": ({}, {}, TODAY + DAY),
    "a day that is wanted": ({}, {"wanted_on": TODAY + 10 * DAY}, TODAY + 11 * DAY),
    "notice": ({"notice_days": 30}, {}, TODAY + 30 * DAY),
    "a day within the notice counts as the earliest": ({"notice_days": 30}, {"wanted_on": TODAY}, TODAY + 30 * DAY),
    "for cause needs no notice": ({"notice_days": 30}, {"kind": "for_cause", "cause": "Mất mạng"}, TODAY + DAY),
    "the end of the period": ({"closable_at": "end_of_period"}, {}, datetime.date(2026, 4, 16)),
    "a day within a later period counts as the end of that": (
        {"closable_at": "end_of_period"}, {"wanted_on": datetime.date(2026, 5, 1)}, datetime.date(2026, 5, 16),
    ),
    "the end of a later period": (
        {"closable_at": "end_of_period"}, {"wanted_on": datetime.date(2026, 5, 15)}, datetime.date(2026, 5, 16),
    ),
    "for cause needs no end of a period": (
        {"closable_at": "end_of_period"},
        {"wanted_on": datetime.date(2026, 5, 1), "kind": "for_cause", "cause": "Mất mạng"},
        datetime.date(2026, 5, 2),
    ),
    "the minimum term": ({"minimum_months": 12}, {}, datetime.date(2027, 3, 16)),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("days_later", [0, 20])
def test_the_day_counts_from_the_declaration_also_when_staff_match_it_later(order, name, days_later):
    plan, fields, ends_on = PLANS[name]
    type(order.plan).objects.filter(pk=order.plan_id).update(**plan)
    an_invoice(order)
    if not days_later:
        closure = received(order, **fields).closure
    else:
        waiting = received(order, reference="lost", **fields)
        at, today = AT + days_later * DAY, TODAY + days_later * DAY
        closure = match(waiting, order=order, actor=staff(a_user("manager")), at=at, today=today).closure
    assert closure.effective_on == ends_on
    assert closure.type == fields.get("kind", "ordinary")


def test_a_fixed_end_before_the_notice_is_over_is_the_earliest_day(order):
    type(order.plan).objects.filter(pk=order.plan_id).update(notice_days=60)
    end = TODAY + 25 * DAY
    Order.objects.filter(pk=order.pk).update(ends_on=end)
    assert received(order).closure.effective_on == end


@pytest.mark.parametrize("is_matched_by_staff", [False, True])
def test_the_cause_stands_on_the_closing_also_when_a_reason_is_given_after_it(order, is_matched_by_staff):
    declared = {"kind": "for_cause", "cause": "Mất mạng cả tháng"}
    if is_matched_by_staff:
        waiting = received(order, reference="lost", **declared)
        closure = match(waiting, order=order, actor=staff(a_user("manager")), at=AT, today=TODAY).closure
    else:
        closure = received(order, **declared).closure
    assert closure.comment == "Mất mạng cả tháng"
    evidence = Evidence.objects.get(closure=closure, kind="closing_requested")
    assert json.loads(evidence.content)["comment"] == "Mất mạng cả tháng"
    reason = a_close_reason(comment_policy="optional")
    give_reason(order, reason=reason, comment="Dịch vụ kém", actor=customer_in_portal(order.customer), at=AT)
    closure.refresh_from_db()
    assert (closure.reason, closure.comment) == (reason, "Mất mạng cả tháng")
    assert Activity.objects.get(kind="reason_given").text == "Dịch vụ kém"


def test_what_was_billed_after_the_declaration_does_not_move_its_end(order):
    type(order.plan).objects.filter(pk=order.plan_id).update(closable_at="end_of_period")
    an_invoice(order)
    end = datetime.date(2026, 4, 16)
    waiting = received(order, reference="lost", at=AT + 29 * DAY)
    order.refresh_from_db()
    an_invoice(order, today=end)
    closure = match(waiting, order=order, actor=staff(a_user("manager")), at=AT + 33 * DAY, today=TODAY + 33 * DAY).closure
    assert closure.effective_on == end
    assert closure.credited_minor == Invoice.objects.filter(kind="invoice").order_by("pk").last().total_minor


@pytest.mark.parametrize(("granted", "days", "is_closed"), [(14, 0, True), (14, 14, True), (14, 15, False), (0, 0, False)])
def test_a_withdrawal_needs_a_right_that_still_stands(order, granted, days, is_closed):
    type(order.plan).objects.filter(pk=order.plan_id).update(withdrawal_days=granted, credit_policy="none", notice_days=30)
    an_invoice(order)
    at = AT + days * DAY
    declaration = received(order, at=at, kind="withdrawal")
    assert bool(declaration.closure) is is_closed
    if is_closed:
        closure = declaration.closure
        assert (closure.type, closure.credit_policy, closure.reason.system_code) == ("withdrawal", "unused_days", "withdrawal")
        assert closure.effective_on == TODAY + (days + 1) * DAY
        assert closure.credited_minor > 0
        return
    before = everything()
    with pytest.raises(CannotMatch, match="no right of withdrawal"):
        match(declaration, order=order, actor=staff(a_user("manager")), at=at, today=TODAY + days * DAY)
    after = everything()
    assert {name: rows for name, rows in after.items() if name != "User"} == {
        name: rows for name, rows in before.items() if name != "User"
    }


def test_money_of_a_withdrawal_that_was_matched_later_comes_back_in_days_from_the_declaration(order):
    type(order.plan).objects.filter(pk=order.plan_id).update(withdrawal_days=14)
    a_payment(an_invoice(order))
    waiting = received(order, reference="lost", kind="withdrawal")
    at = AT + 10 * DAY
    closure = match(waiting, order=order, actor=staff(a_user("manager")), at=at, today=TODAY + 10 * DAY).closure
    assert (closure.submitted_at, closure.took_effect_at, closure.effective_on) == (AT, at, TODAY + DAY)
    receipt = receipt_of(closure)
    assert "We pay back what is left to you by 30 March 2026." in receipt.remarks
    content = json.loads(Evidence.objects.get(closure=closure, kind="closing_requested").content)
    assert content["submitted_at"] == AT.isoformat()


def test_whatever_goes_wrong_with_the_order_the_declaration_is_kept(order, monkeypatch):
    monkeypatch.setattr(receiving, "close_as_declared", lambda *_args, **_names: 1 / 0)
    declaration = received(order)
    assert declaration.handled_at is None
    assert Letter.objects.filter(kind="declaration_received").exists()
    CloseReason.objects.all().delete()
    monkeypatch.undo()
    assert received(order, form_key="m" * 40).handled_at is None


def test_staff_match_once_and_are_remembered(order):
    manager = a_user("manager")
    waiting = received(order, reference="lost")
    done = match(waiting, order=order, actor=staff(manager), at=AT, today=TODAY)
    assert (done.order, done.handled_by, done.handled_at) == (order, manager, AT)
    before = everything()
    with pytest.raises(CannotMatch, match="already handled"):
        match(waiting, order=order, actor=staff(manager), at=AT, today=TODAY)
    with pytest.raises(CannotSetAside, match="already handled"):
        set_aside(waiting, answer="Không có", actor=staff(manager), at=AT)
    again = received(order, reference="lost", form_key="m" * 40)
    before = everything()
    with pytest.raises(CannotMatch, match="already closed"):
        match(again, order=order, actor=staff(manager), at=AT, today=TODAY)
    assert everything() == before


def test_setting_aside_answers_whoever_declared(order):
    manager = a_user("manager")
    waiting = received(order, reference="lost")
    before = everything()
    for answer, words in (("  ", "write an answer"), ("x" * 501, "at most 500")):
        with pytest.raises(CannotSetAside, match=words):
            set_aside(waiting, answer=answer, actor=staff(manager), at=AT)
    assert everything() == before
    done = set_aside(waiting, answer="Không tìm thấy hợp đồng.", actor=staff(manager), at=AT)
    assert (done.answer, done.closure, done.handled_by) == ("Không tìm thấy hợp đồng.", None, manager)
    assert list(Declaration.objects.waiting()) == []
    letter = Letter.objects.get(kind="declaration_answered")
    assert (letter.to_email, letter.language) == (waiting.email, "vi")
