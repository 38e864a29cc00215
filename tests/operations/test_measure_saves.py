"""Whether an accepted offer kept the customer is measured once, 90 days later."""

import datetime

import pytest

from soon.models import CloseVisit, Order
from soon.operations.closing.measure_saves import measure_saves
from tests.builders import AT, TODAY, an_order

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def accepted(at: datetime.datetime = AT - 90 * DAY, state: str = "in_progress", mrr: int = 100, **fields) -> CloseVisit:
    """Return a visit that accepted an offer when its order brought 100 a month; it now brings `mrr`."""
    order = an_order(start_on=TODAY - 200 * DAY)
    Order.objects.filter(pk=order.pk).update(state=state, mrr_micro=mrr)
    values = {"order": order, "customer": order.customer, "opened_at": at, "opened_on": at.date()}
    decided = {"outcome": "accepted", "offered_at": at, "decided_at": at, "mrr_before_micro": 100}
    return CloseVisit.objects.create(**values | decided | fields)


def test_only_full_price_after_90_days_counts():
    kept = [accepted(), accepted(mrr=150)]
    lost = [accepted(mrr=99), accepted(state="paused"), accepted(mrr_before_micro=None)]
    waiting = [accepted(at=AT - 90 * DAY + datetime.timedelta(seconds=1)), accepted(outcome="closed"), accepted(outcome="left")]
    assert measure_saves(at=AT, limit=3) == 3
    assert measure_saves(at=AT) == 2
    assert measure_saves(at=AT) == 0
    found = dict(CloseVisit.objects.values_list("pk", "is_kept"))
    assert [[found[visit.pk] for visit in visits] for visits in (kept, lost, waiting)] == [[True] * 2, [False] * 3, [None] * 3]


def test_what_is_measured_stays():
    visit = accepted()
    measure_saves(at=AT)
    Order.objects.update(mrr_micro=1)
    assert measure_saves(at=AT + 400 * DAY) == 0
    visit.refresh_from_db()
    assert visit.is_kept is True
