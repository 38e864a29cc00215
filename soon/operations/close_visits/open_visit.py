"""Noting that a customer opened the closing page, once within a month however often they look."""

import datetime

from django.db import transaction

from soon.models import CloseVisit, Order

# Opening the page again within so many days is the same visit.
SAME_VISIT = datetime.timedelta(days=30)


@transaction.atomic
def open_visit(order: Order, *, at: datetime.datetime, today: datetime.date) -> CloseVisit:
    """Return the visit of the customer of `order` that is going on at the moment `at`, a new one if there is none.

    `today` is the order's local date.
    """
    recent = CloseVisit.objects.filter(order=order, opened_at__gt=at - SAME_VISIT, outcome=CloseVisit.Outcome.LEFT)
    found = recent.order_by("-opened_at", "-pk").first()
    opened = {"opened_at": at, "opened_on": today, "mrr_before_micro": order.mrr_micro}
    return found or CloseVisit.objects.create(customer_id=order.customer_id, order=order, **opened)
