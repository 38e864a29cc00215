"""What was charged of the lines of orders, as several checks read it."""

import datetime

from django.db.models import QuerySet

from soon.models import InvoiceLine

# From a charge to its order: key and number; and what decides which periods it has.
ORDER = ("order_line__order", "order_line__order__number")
TERMS = tuple(f"order_line__order__{name}" for name in ("plan", "start_on", "trial_days"))


def charges() -> QuerySet[InvoiceLine]:
    """Return the lines of documents that charge a line of an order."""
    return InvoiceLine.objects.filter(is_charge=True, order_line__isnull=False).order_by()


def first_paid_day(start_on: datetime.date | None, trial_days: int) -> datetime.date | None:
    """Return the first local date that is paid for, as Order.first_paid_on."""
    return start_on + datetime.timedelta(days=trial_days) if start_on else None
