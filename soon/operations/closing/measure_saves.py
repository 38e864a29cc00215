"""Measuring, 90 days after a customer took an offer instead of closing, whether they were kept."""

import datetime

from django.db import transaction
from django.db.models import F

from soon.domain import lifecycle
from soon.domain.churn import DAYS_UNTIL_KEPT
from soon.models import CloseVisit


@transaction.atomic
def measure_saves(*, at: datetime.datetime, limit: int = 1000) -> int:
    """Note of at most `limit` accepted offers that are 90 days old at the moment `at` whether they kept the customer.

    Kept is whose order is in progress and brings no less a month than when the closing page was opened: neither paused, nor
    at a discount, nor on a cheaper plan. Where nobody wrote down what it brought before, nothing can be claimed: not kept.
    What is measured stays, whatever becomes of the order. Return how many were measured.
    """
    until = at - datetime.timedelta(days=DAYS_UNTIL_KEPT)
    waiting = CloseVisit.objects.filter(outcome=CloseVisit.Outcome.ACCEPTED, is_kept=None, decided_at__lte=until)
    due = list(waiting.order_by("decided_at").values_list("pk", flat=True)[:limit])
    serving = CloseVisit.objects.filter(
        pk__in=due, order__state=lifecycle.IN_PROGRESS, order__mrr_micro__gte=F("mrr_before_micro")
    )
    kept = list(serving.values_list("pk", flat=True))
    CloseVisit.objects.filter(pk__in=due).update(is_kept=False)
    CloseVisit.objects.filter(pk__in=kept).update(is_kept=True)
    return len(due)
