"""What is due at a moment, each order by the calendar of its own time zone."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, Min, OuterRef

from soon.domain import lifecycle
from soon.domain.zones import UnknownTimeZone, local_date
from soon.models import Closure, Invoice, Order, OrderChange, Plan
from soon.models.invoices import InvoiceQuerySet
from soon.models.orders import OrderQuerySet

from .pauses import to_announce, to_resume

# The earth's days begin and end within these hours of UTC.
FURTHEST_AHEAD = datetime.timedelta(hours=14)
FURTHEST_BEHIND = datetime.timedelta(hours=12)

# The time zones where it is this local date.
Zones = list[str]


def billable_days(at: datetime.datetime) -> dict[datetime.date, Zones]:
    """Return for which local dates there is something to bill at the moment `at`, and the zones where it is that date.

    At most three, the earliest first; none when nothing is due, which takes one look into an index.
    """
    return _days(Order.objects.due_on(latest_day(at)).not_set_aside(), "next_invoice_on", at)


def ending_days(at: datetime.datetime) -> dict[datetime.date, Zones]:
    """Return likewise the local dates on or before which serving orders have ended."""
    return _days(Order.objects.ending_on(latest_day(at)), "ends_on", at)


def pausing_days(at: datetime.datetime) -> dict[datetime.date, Zones]:
    """Return likewise the local dates on which pauses end, or their customers are to be told that they do."""
    found = to_announce(latest_day(at)) | to_resume(latest_day(at))
    days: dict[datetime.date, Zones] = defaultdict(list)
    for zone in sorted(found.order_by().values_list("order__time_zone", flat=True).distinct()):
        days[local_day(at, zone)].append(zone)
    return days


def changing_days(at: datetime.datetime) -> dict[datetime.date, Zones]:
    """Return likewise the local dates on or before which changes of orders are due."""
    days: dict[datetime.date, Zones] = defaultdict(list)
    zones = OrderChange.objects.due_on(latest_day(at)).order_by().values_list("order__time_zone", flat=True).distinct()
    for zone in sorted(zones):
        days[local_day(at, zone)].append(zone)
    return days


def unpaid_days(at: datetime.datetime) -> dict[datetime.date, Zones]:
    """Return likewise the local dates for which serving orders may be unpaid too long, by the word of their plans."""
    found: set[str] = set()
    for plan in Plan.objects.filter(automatic_closing_days__isnull=False):
        zones = unpaid_too_long(plan, latest_day(at)).values_list("order__time_zone", flat=True)
        # Of an invoice without an order nothing can be closed; the question leaves them out.
        found.update(zone for zone in zones.order_by().distinct() if zone)
    days: dict[datetime.date, Zones] = defaultdict(list)
    for zone in sorted(found):
        days[local_day(at, zone)].append(zone)
    return days


def unpaid_too_long(plan: Plan, day: datetime.date) -> InvoiceQuerySet:
    """Return the open invoices for which `plan` closes their serving orders on the local date `day`, if not closing already.

    Whoever reopened an order gave it time anew: its days count from that day, if that is later.
    """
    last_due_on = day - datetime.timedelta(days=plan.automatic_closing_days or 0)
    serving = {"order__plan": plan, "order__state__in": lifecycle.SERVING, "order__closure": None}
    given_time = Closure.objects.filter(order=OuterRef("order"), reopened_on__gt=last_due_on)
    return Invoice.objects.open().filter(~Exists(given_time), due_on__lte=last_due_on, **serving)


def count_due(day: datetime.date, time_zones: Collection[str] | None = None) -> int:
    """Return how many orders a run over everything due on or before the local date `day` would look at."""
    due = Order.objects.due_on(day).not_set_aside()
    return (due if time_zones is None else due.filter(time_zone__in=time_zones)).count()


def latest_day(at: datetime.datetime) -> datetime.date:
    """Return the latest date that any calendar on earth shows at the moment `at`."""
    return (at.astimezone(datetime.UTC) + FURTHEST_AHEAD).date()


def local_day(at: datetime.datetime, time_zone: str) -> datetime.date:
    """Return the local date in `time_zone`; in one that nobody knows any more the earliest on earth: late, never early."""
    try:
        return local_date(at, time_zone)
    except UnknownTimeZone:
        return (at.astimezone(datetime.UTC) - FURTHEST_BEHIND).date()


def _days(orders: OrderQuerySet, field: str, at: datetime.datetime) -> dict[datetime.date, Zones]:
    days: dict[datetime.date, Zones] = defaultdict(list)
    for time_zone, first in orders.order_by().values_list("time_zone").annotate(Min(field)):
        if first <= (day := local_day(at, time_zone)):
            days[day].append(time_zone)
    return {day: sorted(days[day]) for day in sorted(days)}
