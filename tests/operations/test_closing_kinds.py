"""Who may choose a kind of closing that skips notice and minimum term, or gives money back whatever the plan says."""

import pytest

from soon.activity.actor import staff, system
from soon.models import Closure, Invoice
from soon.operations.closing.preview import preview
from soon.operations.subscriptions.close import MayNotClose, close
from tests.builders import AT, TODAY, a_close_reason, a_plan, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db
SKIPPING = ("for_cause", "withdrawal", "provider", "transfer")


def bound(**fields):
    """Return a paid subscription of a salesperson, bound for a year, that gives nothing back; and the salesperson."""
    plan = a_plan("Ràng buộc", **{"notice_days": 30, "minimum_months": 12, "credit_policy": "none"} | fields)
    seller = a_user("salesperson")
    order = an_order(plan=plan, salesperson=seller, start_on=TODAY)
    an_invoice(order)
    return order, seller


def closed(order, user, kind) -> Closure:
    """Close `order` today in that way."""
    by = staff(user) if user else system()
    reason = a_close_reason(audience="everyone" if user else "system")
    return close(
        order, reason=reason, closure_type=kind, effective_on=order.end_if_stopped(TODAY), actor=by, at=AT, today=TODAY
    )


@pytest.mark.parametrize("kind", SKIPPING)
def test_a_salesperson_gets_around_nothing_by_the_kind_of_closing(kind):
    order, seller = bound()
    with pytest.raises(MayNotClose, match=r"báo trước|notice"):
        closed(order, seller, kind)
    assert not Closure.objects.exists() and Invoice.objects.count() == 1
    # What may not be done is not foreseen either.
    now = preview(order, actor=staff(seller), today=TODAY, closure_type=kind).option("today")
    assert now is None or now.refusal


@pytest.mark.parametrize("kind", SKIPPING)
def test_a_manager_may(kind):
    order, _seller = bound()
    assert closed(order, a_user("manager"), kind).type == kind


@pytest.mark.parametrize(
    ("kind", "may"), [("for_cause", False), ("withdrawal", False), ("provider", False), ("transfer", True)]
)
def test_nor_around_a_plan_that_gives_nothing_back(kind, may):
    order, seller = bound(notice_days=0, minimum_months=0)
    if may:
        assert closed(order, seller, kind).credited_minor == 0
    else:
        with pytest.raises(MayNotClose, match=r"kế hoạch|plan"):
            closed(order, seller, kind)
        assert not Closure.objects.exists()


def test_a_withdrawal_that_the_plan_grants_is_everybodys_to_note():
    order, seller = bound(withdrawal_days=14)
    assert closed(order, seller, "withdrawal").credited_minor > 0


def test_the_clock_needs_no_right():
    order, _seller = bound()
    assert closed(order, None, "non_payment").type == "non_payment"
