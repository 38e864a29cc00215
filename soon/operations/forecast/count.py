"""Counting what is booked for the months ahead, where there is too much of it to be counted for each reader."""

import datetime

from django.db import transaction

from soon.models import ForecastPart
from soon.models.bulk import insert_rows
from soon.queries.revenue.booked import booked
from soon.queries.revenue.forecast import is_counted_at_once

COLUMNS = ("counted_at", "counted_on", "month_on", "currency", "salesperson_id", "invoiced_minor", "changes_micro")


def count(*, at: datetime.datetime, today: datetime.date) -> int:
    """Replace what was counted before by what is booked at the moment `at`, on the local date `today`; return how many rows.

    Nothing is kept of a company that is small enough to be counted on every look.
    """
    parts = [] if is_counted_at_once() else booked(today)
    with transaction.atomic():
        ForecastPart.objects.all().delete()
        insert_rows(ForecastPart, COLUMNS, ((at, today, *part) for part in parts))
    return len(parts)
