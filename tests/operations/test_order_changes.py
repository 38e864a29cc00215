"""Changes that wait for a period boundary: another plan, a discount and its end; never half a period, never a day too early."""

import datetime
from decimal import Decimal

import pytest

from soon.activity.actor import customer_in_portal, staff, system
from soon.models import Activity, Invoice, Letter, Order, OrderChange, Plan, Price
from soon.operations.billing.preview import preview as preview_run
from soon.operations.billing.run import run
from soon.operations.invoices.issue_next import CannotIssue, issue_next
from soon.operations.subscriptions._changes import locked_order, schedule_discount
from soon.operations.subscriptions.apply_due_changes import apply_due_changes
from soon.operations.subscriptions.cancel_change import CannotChange as CannotCancel
from soon.operations.subscriptions.cancel_change import cancel_change
from soon.operations.subscriptions.change_plan import CannotChange, change_plan
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import CannotPause, pause
from soon.operations.subscriptions.resume import resume
from soon.operations.subscriptions.undo_close import undo_close
from soon.operations.verification.verify import verify
from soon.queries.order_changes import open_changes
from soon.queries.upcoming import upcoming
from soon.queries.verification.themes import ALL_THEMES
from tests.builders import AT, TODAY, a_churned_order, a_close_reason, a_plan, a_quotation, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db
D = datetime.date
DAY = datetime.timedelta(days=1)
BY_US = {"actor": system(), "at": AT}


def yearly(order: Order, price_minor: int = 9_000_000, **fields) -> Plan:
    """Return a yearly plan on which the products of `order` cost `price_minor`."""
    plan = a_plan("Hằng năm", **{"name_en": "Yearly", "interval_unit": "year"} | fields)
    for line in order.lines.filter(is_recurring=True):
        Price.objects.create(product=line.product, plan=plan, currency="VND", amount_minor=price_minor)
    return plan


def bill(day: datetime.date) -> None:
    run(bills_until=day, actor=system(), clock=lambda: AT)


def amounts(order: Order) -> list[tuple[str, str, int]]:
    """Return the invoices of `order` as first day, last day, and amount without tax."""
    rows = Invoice.objects.filter(order=order, kind="invoice").order_by("period_start")
    return [(f"{each.period_start:%m-%d}", f"{each.period_end - DAY:%m-%d}", each.untaxed_minor) for each in rows]


def clean() -> bool:
    result = verify(actor=system(), clock=lambda: AT, themes=ALL_THEMES)
    assert not result.found, result.findings
    return True


def test_another_plan_from_the_next_period_on():
    order = an_order()
    an_invoice(order)
    plan = yearly(order)
    change = change_plan(order, plan=plan, today=TODAY, expected_minor=9_000_000, **BY_US)
    assert change.takes_effect_on == D(2026, 4, 16)
    # A price list of tomorrow does not change what was agreed today.
    Price.objects.filter(plan=plan).update(amount_minor=1)
    bill(D(2026, 4, 15))
    order.refresh_from_db()
    assert (order.plan.name_en, order.mrr_micro) == ("Monthly", 1_000_000_000_000)
    assert preview_run(bills_until=D(2026, 4, 16)).by_currency["VND"].total_minor == 8_235_616
    bill(D(2026, 4, 16))
    order.refresh_from_db()
    change.refresh_from_db()
    # The anchor stays, so the first period of the longer plan is the rest of its year: 334 of 365 days.
    assert amounts(order) == [("03-16", "04-15", 1_000_000), ("04-16", "03-15", 8_235_616)]
    assert (order.plan, order.mrr_micro, order.next_invoice_on) == (plan, 750_000_000_000, D(2027, 3, 16))
    product = str(order.lines.get().product_id)
    assert change.mrr_before == {product: 1_000_000_000_000}
    assert change.mrr_after == {product: 750_000_000_000}
    assert change.plan_before.name_en == "Monthly"
    kinds = list(
        Activity.objects.filter(order=order, kind__contains="plan_change").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == ["plan_change_scheduled", "plan_changed"]
    assert Letter.objects.get(kind="plan_change_scheduled").facts["takes_effect_on"] == "2026-04-16"
    assert clean()


def test_catching_up_late_bills_each_period_as_it_was_agreed():
    """The worker was off from March to July; meanwhile there was a discount for two periods, and it ended."""
    order = an_order()
    schedule_discount(locked_order(order), Decimal(20), 2, today=TODAY, **BY_US)
    assert [each.kind for each in OrderChange.objects.open().order_by("takes_effect_on")] == ["discount", "discount_ends"]
    foreseen = preview_run(bills_until=D(2026, 7, 20)).by_currency["VND"].total_minor
    lines = list(order.lines.select_related("product", "tax"))
    ahead = upcoming(order, lines, TODAY, open_changes(order)).documents
    bill(D(2026, 7, 20))
    assert amounts(order) == [
        ("03-16", "04-15", 1_000_000),
        ("04-16", "05-15", 800_000),
        ("05-16", "06-15", 800_000),
        ("06-16", "07-15", 1_000_000),
        ("07-16", "08-15", 1_000_000),
    ]
    order.refresh_from_db()
    assert foreseen == 4_600_000
    assert [each.net_minor for each in ahead[:5]] == [amount for *_, amount in amounts(order)]
    assert len(ahead) == 12
    assert (order.mrr_micro, order.next_invoice_on) == (1_000_000_000_000, D(2026, 8, 16))
    assert clean()


@pytest.mark.parametrize("arrears", [(False, True), (True, False), (True, True)])
def test_in_arrears_the_period_before_is_billed_as_before(arrears):
    old, new = arrears
    plan = a_plan(in_arrears=old)
    order = an_order(plan=plan)
    half = yearly(order, 6_000_000, interval_unit="month", interval_count=6, in_arrears=new)
    if not old:
        an_invoice(order)
    assert change_plan(order, plan=half, today=TODAY, **BY_US).takes_effect_on == D(2026, 4, 16)
    bill(D(2026, 4, 16))
    bill(D(2026, 9, 16))
    assert amounts(order)[:2] == [("03-16", "04-15", 1_000_000), ("04-16", "09-15", 4_989_130)]
    assert clean()
    # A period of the plan it no longer has would be found.
    OrderChange.objects.update(takes_effect_on=D(2026, 4, 17))
    assert verify(actor=system(), clock=lambda: AT).found


def test_the_worker_lets_it_take_effect_where_people_bill():
    order, late = an_order(), an_order()
    an_invoice(order)
    for each in (order, late):
        change_plan(each, plan=yearly(each), today=TODAY, **BY_US)
    assert apply_due_changes(today=D(2026, 4, 15), clock=lambda: AT) == 0
    assert apply_due_changes(today=D(2026, 4, 16), clock=lambda: AT) == 1
    order.refresh_from_db()
    assert (order.plan.name_en, order.next_invoice_on) == ("Yearly", D(2026, 4, 16))
    # Of the other one a month is missing, which is billed as it was agreed.
    assert issue_next(late, today=D(2026, 4, 20), **BY_US).untaxed_minor == 1_000_000
    assert issue_next(late, today=D(2026, 4, 20), **BY_US).untaxed_minor == 8_235_616
    assert clean()


def test_by_hand_nothing_is_billed_ahead_of_a_change():
    order = an_order()
    an_invoice(order)
    change_plan(order, plan=yearly(order), today=TODAY, **BY_US)
    with pytest.raises(CannotIssue, match=r"16 April 2026|16 tháng 4"):
        issue_next(order, today=D(2026, 4, 15), **BY_US)
    assert len(amounts(order)) == 1
    assert issue_next(order, today=D(2026, 4, 16), **BY_US).untaxed_minor == 8_235_616
    assert clean()


def test_closing_cancels_what_waits():
    """P8 of the money tests."""
    order = an_order()
    an_invoice(order)
    change = change_plan(order, plan=yearly(order), today=TODAY, **BY_US)
    close(order, reason=a_close_reason(), effective_on=D(2026, 6, 16), today=TODAY, **BY_US)
    change.refresh_from_db()
    assert change.cancelled_at == AT
    assert Activity.objects.filter(order=order, kind="change_cancelled_by_closing").count() == 1
    bill(D(2026, 4, 16))
    assert amounts(order)[1] == ("04-16", "05-15", 1_000_000)
    # Its day has passed: what comes back would not be what was agreed.
    undo_close(Order.objects.get(pk=order.pk), today=D(2026, 4, 17), **BY_US)
    bill(D(2026, 5, 16))
    assert amounts(order)[2] == ("05-16", "06-15", 1_000_000)
    change.refresh_from_db()
    assert change.cancelled_at and change.applied_at is None
    assert clean()


def test_undoing_brings_back_what_the_closing_cancelled():
    order = an_order()
    an_invoice(order)
    change = change_plan(order, plan=yearly(order), today=TODAY, **BY_US)
    close(order, reason=a_close_reason(), effective_on=D(2026, 6, 16), today=TODAY, **BY_US)
    undo_close(Order.objects.get(pk=order.pk), today=D(2026, 3, 20), **BY_US)
    assert Activity.objects.filter(order=order, kind="change_brought_back").count() == 1
    bill(D(2026, 4, 16))
    assert amounts(order)[1] == ("04-16", "03-15", 8_235_616)
    change.refresh_from_db()
    assert change.applied_at and change.cancelled_at is None
    assert clean()


def test_undoing_brings_back_a_discount_with_its_end():
    order = an_order()
    an_invoice(order)
    schedule_discount(locked_order(order), Decimal(50), 1, today=TODAY, **BY_US)
    close(order, reason=a_close_reason(), effective_on=D(2026, 8, 16), today=TODAY, **BY_US)
    assert not OrderChange.objects.open().exists()
    undo_close(Order.objects.get(pk=order.pk), today=TODAY, **BY_US)
    assert OrderChange.objects.open().count() == 2
    for day in (D(2026, 4, 16), D(2026, 5, 16)):
        bill(day)
    assert [amount for *_, amount in amounts(order)] == [1_000_000, 500_000, 1_000_000]
    assert clean()


def test_what_was_billed_beyond_its_day_does_not_change_any_more():
    order = an_order()
    an_invoice(order)
    change = change_plan(order, plan=yearly(order), today=TODAY, **BY_US)
    close(order, reason=a_close_reason(), effective_on=D(2026, 8, 16), today=TODAY, **BY_US)
    issue_next(Order.objects.get(pk=order.pk), today=TODAY, **BY_US)
    undo_close(Order.objects.get(pk=order.pk), today=TODAY, **BY_US)
    change.refresh_from_db()
    assert change.cancelled_at and not Activity.objects.filter(kind="change_brought_back").exists()
    assert clean()


def test_a_discount_ends_on_its_day_whatever_was_closed_or_paused():
    order = an_order()
    an_invoice(order)
    schedule_discount(locked_order(order), Decimal(50), 1, today=TODAY, **BY_US)
    bill(D(2026, 4, 16))
    close(order, reason=a_close_reason(), effective_on=D(2026, 8, 16), today=D(2026, 4, 17), **BY_US)
    undo_close(Order.objects.get(pk=order.pk), today=D(2026, 4, 18), **BY_US)
    pause(Order.objects.get(pk=order.pk), today=D(2026, 4, 20), **BY_US)
    assert apply_due_changes(today=D(2026, 5, 20), clock=lambda: AT) == 0
    resume(Order.objects.get(pk=order.pk), today=D(2026, 5, 20), **BY_US)
    bill(D(2026, 6, 16))
    assert [amount for *_, amount in amounts(order)][-1] == 1_000_000
    order.refresh_from_db()
    assert order.mrr_micro == 1_000_000_000_000
    assert clean()


def test_nothing_is_paused_across_a_change_that_is_due():
    order = an_order(plan=a_plan(in_arrears=True))
    schedule_discount(locked_order(order), Decimal(50), 1, today=TODAY, **BY_US)
    on = D(2026, 4, 18)
    with pytest.raises(CannotPause):
        pause(order, today=on, **BY_US)
    assert not amounts(order)
    bill(on)
    pause(Order.objects.get(pk=order.pk), today=on, **BY_US)
    assert amounts(order) == [("03-16", "04-15", 1_000_000), ("04-16", "04-18", 50_000)]
    assert clean()


def test_a_discount_on_top_of_another_is_exact_or_refused():
    order = an_order()
    order.lines.update(discount_percent=Decimal(10), net_minor=900_000)
    schedule_discount(locked_order(order), Decimal(20), 3, today=TODAY, **BY_US)
    assert list(OrderChange.objects.get(kind="discount").lines_after.values()) == [{"discount_percent": "28.00"}]
    other = an_order()
    other.lines.update(discount_percent=Decimal("12.5"))
    with pytest.raises(CannotChange, match=r"combined|gộp"):
        schedule_discount(locked_order(other), Decimal("12.5"), 3, today=TODAY, **BY_US)
    assert not OrderChange.objects.filter(order=other).exists()


def test_another_plan_waits_for_the_end_of_a_discount():
    order = an_order()
    an_invoice(order)
    schedule_discount(locked_order(order), Decimal(20), 2, today=TODAY, **BY_US)
    with pytest.raises(CannotChange):
        change_plan(order, plan=yearly(order), today=TODAY, **BY_US)
    bill(D(2026, 4, 16))
    assert change_plan(order, plan=yearly(order), today=D(2026, 4, 20), **BY_US).takes_effect_on == D(2026, 6, 16)
    bill(D(2026, 6, 16))
    assert [amount for *_, amount in amounts(order)] == [1_000_000, 800_000, 800_000, 6_731_507]
    assert clean()


def test_what_cannot_change():
    order = an_order()
    an_invoice(order)
    plan = yearly(order)
    a_close_reason(system_code="end_date_reached", audience="system")
    paused = an_order(start_on=TODAY - 10 * DAY)
    pause(paused, today=TODAY, **BY_US)
    closing = an_order()
    close(closing, reason=a_close_reason(), effective_on=D(2026, 6, 16), today=TODAY, **BY_US)
    refused = [
        (order, a_plan("Không giá"), BY_US),
        (order, order.plan, BY_US),
        (order, plan, BY_US | {"expected_minor": 1}),
        (order, plan, BY_US | {"actor": staff(a_user("accountant"))}),
        (order, plan, BY_US | {"actor": customer_in_portal(order.customer)}),
        (closing, yearly(closing), BY_US),
        (an_order(ends_on=D(2026, 4, 16)), plan, BY_US),
        (a_quotation(), plan, BY_US),
        (a_churned_order(), plan, BY_US),
        (paused, plan, BY_US),
        (a_quotation(plan=None), plan, BY_US),
    ]
    before = Activity.objects.count()
    for which, wanted, how in refused:
        with pytest.raises(CannotChange):
            change_plan(which, plan=wanted, today=TODAY, **how)
    assert not OrderChange.objects.exists()
    change = change_plan(order, plan=plan, today=TODAY, **BY_US)
    with pytest.raises(CannotChange):
        change_plan(order, plan=plan, today=TODAY, **BY_US)
    with pytest.raises(CannotCancel):
        cancel_change(change, at=AT, actor=staff(a_user("accountant")))
    cancel_change(change, **BY_US)
    with pytest.raises(CannotCancel):
        cancel_change(change, **BY_US)
    assert Letter.objects.filter(order=order, kind="change_cancelled").count() == 1
    bill(D(2026, 4, 16))
    assert amounts(order)[1] == ("04-16", "05-15", 1_000_000)
    assert Activity.objects.count() > before
    assert clean()
