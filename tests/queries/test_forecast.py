"""The forecast: to the đồng what the clock then invoices, month by month, and what is earned when each month ends."""

import datetime
from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Min, Sum
from django.http import QueryDict

from soon.activity.actor import staff, system
from soon.domain.forecast import last_day_ahead, months_ahead
from soon.models import ForecastPart, Invoice, Movement, Order, OrderChange, Pause, Rate
from soon.operations.billing.run import run
from soon.operations.forecast.count import count
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.announce_pause_ends import announce_pause_ends
from soon.operations.subscriptions.apply_due_changes import apply_due_changes
from soon.operations.subscriptions.change_plan import change_plan
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.end_due import end_due
from soon.operations.subscriptions.pause import pause
from soon.operations.subscriptions.resume_due import resume_due
from soon.queries.listing import Reader
from soon.queries.revenue import forecast as questions
from soon.queries.revenue.forecast import forecast
from soon.queries.revenue.scope import Scope
from tests.builders import (
    AT,
    TODAY,
    a_close_reason,
    a_customer,
    a_draft_line,
    a_plan,
    a_product,
    a_tax,
    a_user,
    an_invoice,
    an_order,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def scope_of(user=None, query: str = "") -> Scope:
    reader = Reader(user=user or a_user("manager"), today=TODAY)
    return Scope.read(QueryDict(query), reader, "VND")


def lines(*prices: int, **fields) -> list:
    return [a_draft_line(price, **fields) for price in prices]


def some_of_everything() -> None:
    """Store subscriptions of every rhythm, some to begin, end, pause, go on or change within the year."""
    inside, above = a_tax("10", is_included=True), a_tax("8")
    monthly, arrears = a_plan(), a_plan(in_arrears=True)
    calendar = a_plan(alignment="calendar", anchor_day=5)
    yearly, quarterly = a_plan(interval_unit="year"), a_plan(interval_count=3)
    weeks, days = a_plan(interval_unit="week", interval_count=2), a_plan(interval_unit="day", interval_count=10)
    sold = a_product(plan=monthly, price_minor=290_000)
    a_product_price(sold, yearly, 2_900_000)
    for start_on in (day("2025-08-31"), TODAY, day("2026-05-20")):
        for plan in (monthly, arrears, calendar, quarterly, weeks, days):
            an_order(plan=plan, start_on=start_on, lines=lines(333_333, 70_001, tax=above) + lines(50_000, tax=inside))
    an_order(plan=yearly, start_on=day("2025-06-30"), lines=lines(1_200_000))
    an_order(plan=calendar, start_on=TODAY, trial_days=20, lines=lines(99_999, quantity=Decimal("2.5"), tax=inside))
    # Sold once as well, and to somebody who pays no tax.
    once = a_draft_line(500_000, is_recurring=False, tax=inside)
    an_order(plan=monthly, lines=[*lines(120_000, tax=inside), once], customer=a_customer(is_tax_exempt=True))
    an_order(plan=None, lines=[once], start_on=TODAY)
    for plan in (monthly, arrears, calendar, quarterly):
        an_order(plan=plan, start_on=day("2026-02-11"), ends_on=day("2026-09-03"), lines=lines(455_557, 1_001, tax=above))
    for plan in (monthly, arrears):
        leaving = an_order(plan=plan, start_on=day("2026-01-15"), lines=lines(777_777))
        close(leaving, reason=a_close_reason(), effective_on=day("2026-06-01"), actor=system(), at=AT, today=TODAY)
    for number, ends_on in enumerate((None, day("2026-11-11"), day("2026-06-01"))):
        paused = an_order(
            plan=(monthly, arrears)[number % 2], start_on=day("2026-01-15"), ends_on=ends_on, lines=lines(222_221)
        )
        an_invoice(paused)
        pause(paused, actor=system(), at=AT, today=TODAY, resumes_on=day("2026-05-09"))
    pause(an_order(plan=monthly), actor=system(), at=AT, today=TODAY)
    for ends_on in (None, day("2026-12-31")):
        changing = an_order(plan=monthly, start_on=day("2026-01-31"), ends_on=ends_on, lines=lines(290_000, product=sold))
        change_plan(changing, plan=yearly, actor=staff(a_user()), at=AT, today=TODAY)
    discounted = an_order(plan=arrears, start_on=day("2026-01-10"), lines=lines(100_001))
    a_discount(discounted, day("2026-04-10"), day("2026-07-10"))


def a_product_price(product, plan, amount_minor: int) -> None:
    product.prices.create(plan=plan, currency="VND", amount_minor=amount_minor)


def a_discount(order: Order, begins_on: datetime.date, ends_on: datetime.date) -> None:
    [line] = order.lines.all()
    common = {"order": order, "customer": order.customer, "made_at": AT}
    off, full = {"discount_percent": "25.00"}, {"discount_percent": "0.00"}
    OrderChange.objects.create(
        kind="discount", takes_effect_on=begins_on, discount_percent=25, lines_after={str(line.pk): off}, **common
    )
    OrderChange.objects.create(kind="discount_ends", takes_effect_on=ends_on, lines_after={str(line.pk): full}, **common)


def let_the_year_pass() -> list[int]:
    """Do what the worker does each day on which there is something to do; return what was earned when each month ended."""
    today, earned = TODAY, []
    ends = [*months_ahead(TODAY)[1:], last_day_ahead(TODAY) + DAY]
    while today <= last_day_ahead(TODAY):
        at = datetime.datetime.combine(today, datetime.time(5), datetime.UTC)
        announce_pause_ends(today=today, clock=lambda at=at: at)
        resume_due(today=today, clock=lambda at=at: at)
        run(bills_until=today, actor=system(), clock=lambda at=at: at)
        apply_due_changes(today=today, clock=lambda at=at: at)
        end_due(today=today, clock=lambda at=at: at)
        today = next_busy_day(today)
        while ends and ends[0] <= today:
            before = Movement.objects.filter(moved_on__lt=ends.pop(0))
            earned.append(before.aggregate(sum=Sum("amount_micro"))["sum"])
    return earned


def next_busy_day(today: datetime.date) -> datetime.date:
    """Return the next day on which something ends, goes on or changes; at the latest the last day of a month."""
    pauses = Pause.objects.filter(resumed_on=None).aggregate(on=Min("resumes_on"))["on"]
    found = [
        (today.replace(day=1) + 70 * DAY).replace(day=1) - DAY,
        (today.replace(day=1) + 35 * DAY).replace(day=1) - DAY,
        Order.objects.in_states("in_progress", "paused").aggregate(on=Min("ends_on"))["on"],
        OrderChange.objects.open().aggregate(on=Min("takes_effect_on"))["on"],
        pauses,
        pauses and pauses - 7 * DAY,
    ]
    ahead = [on for on in found if on and on > today]
    return max(min(ahead, default=datetime.date.max), today + DAY)


@pytest.mark.parametrize("was_billed", [False, True])
def test_what_is_foreseen_is_what_then_happens(was_billed):
    seed()
    some_of_everything()
    if was_billed:
        run(bills_until=TODAY, actor=system(), clock=lambda: AT)
    before = set(Invoice.objects.values_list("pk", flat=True))
    foreseen = forecast(scope_of())
    assert foreseen.counted_at is None and foreseen.unrated == []
    earned = let_the_year_pass()
    invoiced = Counter[datetime.date]()
    documents = Invoice.objects.filter(kind="invoice").exclude(pk__in=before)
    for issued_on, net in documents.values_list("issued_on", "untaxed_minor"):
        invoiced[issued_on.replace(day=1)] += net
    months = months_ahead(TODAY)
    assert [month.begins for month in foreseen.months] == months and len(months) == 13
    assert [month.invoiced_minor for month in foreseen.months] == [invoiced[begins] for begins in months]
    assert [month.mrr_micro for month in foreseen.months] == earned


def test_what_the_worker_counted_is_what_would_be_counted_at_once(monkeypatch):
    seed()
    some_of_everything()
    Rate.objects.create(currency="USD", valid_from_on=day("2026-01-01"), rate=25_000)
    seller = a_user("salesperson")
    an_order(plan=a_plan(), lines=lines(1_050), currency="USD", salesperson=seller)
    an_order(plan=a_plan(), lines=lines(640_000), salesperson=seller, ends_on=day("2026-05-16"))
    scopes = [scope_of(), scope_of(query="currency=USD"), scope_of(seller), scope_of(a_user("salesperson"))]
    at_once = [forecast(scope) for scope in scopes]
    monkeypatch.setattr(questions, "AT_ONCE", 0)
    assert all(not forecast(scope).knows_invoicing for scope in scopes)
    assert count(at=AT, today=TODAY) > 20
    assert [forecast(scope).months for scope in scopes] == [each.months for each in at_once]
    assert {forecast(scope).counted_at for scope in scopes} == {AT}
    # Of last month's count nothing is told; what is small again is not kept.
    ForecastPart.objects.update(counted_on=day("2026-02-28"))
    assert not forecast(scope_of()).knows_invoicing
    monkeypatch.undo()
    assert count(at=AT, today=TODAY) == 0 and not ForecastPart.objects.exists()


def test_each_reader_sees_their_own_in_one_currency():
    Rate.objects.create(currency="USD", valid_from_on=day("2026-03-10"), rate=25_000)
    seller = a_user("salesperson")
    monthly = a_plan()
    an_order(plan=monthly, lines=lines(640_000), salesperson=seller)
    an_order(plan=monthly, lines=lines(1_050), currency="USD", salesperson=seller)
    an_order(plan=monthly, lines=lines(9_000_000), salesperson=None)
    an_order(plan=monthly, lines=lines(1_000), currency="EUR", salesperson=None)
    own, dollars, everything = forecast(scope_of(seller)), forecast(scope_of(query="currency=USD")), forecast(scope_of())
    assert own.now_micro == (640_000 + 262_500) * 1_000_000 and own.unrated == []
    assert {month.invoiced_minor for month in own.months} == {902_500}
    assert dollars.shown_in == "USD" and {month.invoiced_minor for month in dollars.months} == {1_050}
    assert everything.unrated == ["EUR"] and {month.invoiced_minor for month in everything.months} == {9_902_500}
