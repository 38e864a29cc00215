"""Offers beside closing: at most one in six months, only what is possible, within the budget; taken, they do what they say."""

import datetime
from decimal import Decimal

import pytest

from soon.activity.actor import customer_in_portal, staff, system
from soon.domain.churn import Funnel
from soon.models import Activity, CloseReason, CloseVisit, Company, Customer, Letter, Order, OrderChange, Plan, Price
from soon.operations.billing.run import run
from soon.operations.close_visits.open_visit import open_visit
from soon.operations.closing.measure_saves import measure_saves
from soon.operations.offers.accept import CannotAccept, accept
from soon.operations.offers.show import show
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.close import close
from soon.operations.verification.verify import verify
from soon.queries.verification.themes import ALL_THEMES
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_plan, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
OFFERS = {
    "pause": {"offer": "pause", "offer_months": 2},
    "discount": {"offer": "discount", "offer_percent": Decimal(20), "offer_periods": 3},
    "contact": {"offer": "contact"},
}


@pytest.fixture(autouse=True)
def company() -> Company:
    """Our company, which makes offers."""
    return Company.objects.create(pk=1, name="SoOn", makes_offers=True)


def a_reason(kind: str = "discount", **fields) -> CloseReason:
    return a_close_reason(**OFFERS.get(kind, {}) | fields)


def to_yearly(order: Order, price_minor: int = 9_000_000) -> CloseReason:
    """Return a reason for which the yearly plan is offered, on which the order's products have prices."""
    plan = a_plan("Hằng năm", name_en="Yearly", interval_unit="year")
    for line in order.lines.all():
        Price.objects.create(product=line.product, plan=plan, currency="VND", amount_minor=price_minor)
    return a_close_reason(offer="plan", offer_plan=plan)


def shown(order: Order, reason: CloseReason, at: datetime.datetime = AT):
    return show(order, reason=reason, at=at, today=at.date())


def taken(order: Order, at: datetime.datetime = AT, customer: Customer | None = None):
    return accept(order, actor=customer_in_portal(customer or order.customer), at=at, today=at.date())


def a_paid_order(**fields) -> Order:
    order = an_order(start_on=TODAY - 10 * DAY, **fields)
    an_invoice(order, today=TODAY - 10 * DAY)
    return order


def clean() -> bool:
    result = verify(actor=system(), clock=lambda: AT, themes=ALL_THEMES)
    assert not result.found, result.findings
    return True


def test_a_pause_with_an_end():
    order = a_paid_order()
    proposal = shown(order, a_reason("pause"))
    assert "1.000.000" in proposal.text
    taken(order)
    order.refresh_from_db()
    pause = order.pauses.get()
    assert (order.state, pause.paused_on, pause.resumes_on) == ("paused", TODAY + DAY, datetime.date(2026, 5, 17))
    visit = CloseVisit.objects.get()
    assert (visit.outcome, visit.offer, visit.decided_at, visit.granted_minor) == ("accepted", "pause", AT, None)
    assert visit.mrr_before_micro == 1_000_000_000_000
    assert Activity.objects.get(kind="offer_accepted").facts["offer"]["en"] == "Pause for 2 months"
    assert clean()


def test_another_plan():
    order = a_paid_order()
    shown(order, to_yearly(order))
    taken(order)
    change = OrderChange.objects.get()
    assert (change.kind, change.new_plan.name_en, change.takes_effect_on) == ("plan", "Yearly", datetime.date(2026, 4, 6))
    assert change.by_name == order.customer.name
    assert Letter.objects.filter(kind="plan_change_scheduled").count() == 1


def test_a_discount_for_three_periods():
    order = a_paid_order()
    assert shown(order, a_reason("discount")).granted_minor == 600_000
    taken(order)
    days = dict(OrderChange.objects.values_list("kind", "takes_effect_on"))
    assert days == {"discount": datetime.date(2026, 4, 6), "discount_ends": datetime.date(2026, 7, 6)}
    assert CloseVisit.objects.get().granted_minor == 600_000
    # Who is discounted is not offered a discount again, not even years later.
    assert shown(order, a_reason("discount"), AT + 400 * DAY) is None


def test_getting_in_touch_is_a_message_to_staff():
    order = a_paid_order(customer=a_customer())
    Order.objects.filter(pk=order.pk).update(salesperson=a_user("salesperson"))
    shown(order, a_reason("contact"))
    taken(order)
    assert Activity.objects.filter(order=order, kind="message_from_customer").count() == 1
    assert Letter.objects.filter(kind="customer_message").count() == 1
    order.refresh_from_db()
    assert order.state == "in_progress"


def test_one_offer_in_six_months_whatever_is_closed_and_why(company):
    customer = a_customer()
    order, other = a_paid_order(customer=customer), a_paid_order(customer=customer)
    reason, another = a_reason("pause"), a_reason("contact")
    assert shown(order, a_close_reason()) is None
    assert not CloseVisit.objects.exists(), "a reason without an offer is no offer"
    assert shown(order, reason)
    # Still on the page: the same offer is still there, another one is not.
    assert shown(order, reason, AT + HOUR / 2)
    assert shown(order, another, AT + HOUR / 2) is None
    assert shown(order, reason, AT + 2 * HOUR) is None
    assert shown(other, another, AT + 2 * HOUR) is None
    six_months_later = datetime.datetime(2026, 9, 16, 5, tzinfo=datetime.UTC)
    assert shown(other, another, six_months_later - DAY) is None
    assert shown(other, another, six_months_later)
    assert CloseVisit.objects.filter(offered_at__isnull=False).count() == 2
    company.makes_offers = False
    company.save()
    assert shown(a_paid_order(), reason) is None


def test_nothing_is_offered_that_cannot_be_done(company):
    without_price, closing, owing, silent = a_paid_order(), a_paid_order(), a_paid_order(), a_paid_order()
    close(closing, reason=a_close_reason(), effective_on=TODAY + 100 * DAY, today=TODAY, actor=system(), at=AT)
    an_invoice(owing, today=TODAY - 16 * DAY)
    Customer.objects.filter(pk=silent.customer_id).update(email="")
    ends = a_paid_order(ends_on=TODAY + 40 * DAY)
    discounted = a_paid_order()
    discounted.lines.update(discount_percent=5)
    refused = [
        (without_price, a_close_reason(offer="plan", offer_plan=a_plan("Không giá"))),
        (closing, a_reason("contact")),
        (owing, a_reason("discount")),
        (silent, a_reason("pause")),
        (ends, a_reason("pause")),
        (discounted, a_reason("discount")),
        (an_order(start_on=TODAY + 5 * DAY), a_reason("pause")),
    ]
    assert [shown(order, reason) for order, reason in refused] == [None] * len(refused)
    assert not CloseVisit.objects.exists()


def test_the_budget_of_a_month_is_counted_exactly(company):
    Company.objects.update(offer_budget_minor=1_200_000)
    first, second, third = a_paid_order(), a_paid_order(), a_paid_order()
    reason = a_reason("discount")
    for order in (first, second, third):
        assert shown(order, reason)
    taken(first)
    taken(second)
    before = Activity.objects.count(), OrderChange.objects.count()
    with pytest.raises(Refusal, match=r"budget|Ngân sách"):
        taken(third)
    assert (Activity.objects.count(), OrderChange.objects.count()) == before
    assert CloseVisit.objects.get(order=third).outcome == "left"
    assert shown(a_paid_order(), reason) is None
    # On the first of April in the company's zone there is a new one.
    assert shown(a_paid_order(), reason, datetime.datetime(2026, 3, 31, 16, tzinfo=datetime.UTC)) is None
    assert show(a_paid_order(), reason=reason, at=datetime.datetime(2026, 3, 31, 17, tzinfo=datetime.UTC), today=TODAY)
    Company.objects.update(currency="EUR")
    assert shown(a_paid_order(), reason, AT + 30 * DAY) is None


def test_what_was_not_offered_cannot_be_taken():
    order, other = a_paid_order(), a_paid_order()
    open_visit(order, at=AT, today=TODAY)
    with pytest.raises(CannotAccept):
        taken(order)
    shown(order, a_reason("pause"))
    with pytest.raises(CannotAccept):
        taken(order, customer=other.customer)
    with pytest.raises(CannotAccept):
        accept(order, actor=staff(a_user()), at=AT, today=TODAY)
    with pytest.raises(CannotAccept):
        taken(order, AT + DAY)
    assert not Activity.objects.filter(kind="offer_accepted").exists()
    # What was shown stands, whatever is configured since; and is taken once.
    CloseReason.objects.update(offer_months=12)
    taken(order, AT + DAY - HOUR)
    assert order.pauses.get().resumes_on == datetime.date(2026, 5, 18)
    with pytest.raises(CannotAccept):
        taken(order, AT + DAY - HOUR)


def test_the_funnel_tells_who_was_kept():
    """Three take an offer: a discount that ends, a cheaper plan, a pause that is not over; one saw it and closed, one left."""
    discounted, cheaper, paused, closed, left = (a_paid_order() for _ in range(5))
    shown(discounted, a_reason("discount"))
    shown(cheaper, to_yearly(cheaper))
    shown(paused, a_reason("pause", offer_months=12))
    shown(closed, a_reason("contact"))
    open_visit(left, at=AT, today=TODAY)
    for order in (discounted, cheaper, paused):
        taken(order)
    close(closed, reason=CloseReason.objects.last(), actor=customer_in_portal(closed.customer), at=AT, today=TODAY)
    run(bills_until=datetime.date(2026, 7, 6), actor=system(), clock=lambda: AT)
    assert measure_saves(at=AT + 91 * DAY) == 3
    kept = dict(CloseVisit.objects.values_list("order", "is_kept"))
    assert kept == {discounted.pk: True, cheaper.pk: False, paused.pk: False, closed.pk: None, left.pk: None}
    outcomes = list(CloseVisit.objects.values_list("outcome", flat=True))
    assert sorted(outcomes) == ["accepted", "accepted", "accepted", "closed", "left"]
    assert clean()


def test_the_figures_of_two_hundred_visits():
    """120 saw an offer, 30 took it, 40 left, 130 closed; of all 200, 21 still paid the full price after 90 days."""
    funnel = Funnel(visits=200, offered=120, accepted=30, closed=130, ripe=200, kept=21)
    rates = (funnel.offer_acceptance, funnel.decided_save_rate, funnel.gross_save_rate, funnel.honest_save_rate)
    assert funnel.left == 40
    assert rates == (Decimal("25.00"), Decimal("18.75"), Decimal("35.00"), Decimal("10.50"))


def test_a_plan_that_is_offered_is_still_sold():
    order = a_paid_order()
    reason = to_yearly(order)
    Plan.objects.filter(pk=reason.offer_plan_id).update(archived_at=AT)
    assert shown(order, reason) is None
