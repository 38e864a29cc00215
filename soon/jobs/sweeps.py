"""What the worker does, and how often it looks for it."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db import connection
from django.utils import timezone

from soon.activity.actor import system
from soon.domain.periods import local_date
from soon.models import BulkClosing, Company, DataImport
from soon.operations.billing.run import Stop
from soon.operations.billing.run_today import run_today
from soon.operations.bulk_closings.carry_on import carry_on
from soon.operations.closing.measure_saves import measure_saves
from soon.operations.forecast.count import count as count_forecast
from soon.operations.imports.carry_on import carry_on as carry_on_import
from soon.operations.imports.forget_old import forget_old
from soon.operations.invoices.remind_overdue import remind_overdue
from soon.operations.subscriptions.announce_pause_ends import announce_pause_ends
from soon.operations.subscriptions.apply_due_changes import apply_due_changes
from soon.operations.subscriptions.close_unpaid import close_unpaid
from soon.operations.subscriptions.end_due import end_due
from soon.operations.subscriptions.resume_due import resume_due
from soon.operations.tally.fold import fold
from soon.queries.due import changing_days, ending_days, pausing_days, unpaid_days
from soon.queries.worker_health import (
    BILLING,
    CHANGES,
    CLOSING_MANY,
    ENDINGS,
    FORECAST,
    IMPORTS,
    LETTERS,
    PAUSES,
    REMINDERS,
    STATISTICS,
    UNPAID,
    VERIFICATION,
)

from .schedule import FIVE_MINUTES, Sweep
from .send_mail import send_mail
from .verify import verify


def send_letters(stop: Stop) -> None:
    """Send the letters that are due."""
    send_mail(stop=stop)


def bill(stop: Stop) -> None:
    """Issue every invoice that is due, each order by the local day of its time zone; nothing where people want to do it."""
    if settings.BILLS_BY_ITSELF:
        run_today(actor=system(), clock=timezone.now, stop=stop)


def change(stop: Stop) -> None:
    """Let the changes take effect whose day has come; billing does so as well, of what it bills."""
    for day, time_zones in changing_days(timezone.now()).items():
        apply_due_changes(today=day, clock=timezone.now, time_zones=time_zones)


def end(stop: Stop) -> None:
    """End the subscriptions whose last day has passed where they are."""
    for day, time_zones in ending_days(timezone.now()).items():
        end_due(today=day, clock=timezone.now, time_zones=time_zones)


def end_pauses(stop: Stop) -> None:
    """Tell customers whose pauses end soon, and resume those whose day has come where they are."""
    for day, time_zones in pausing_days(timezone.now()).items():
        announce_pause_ends(today=day, clock=timezone.now, time_zones=time_zones)
        if not stop.is_wanted:
            resume_due(today=day, clock=timezone.now, time_zones=time_zones)


def remind(stop: Stop) -> None:
    """Remind customers of what is overdue, by the company's local day."""
    at = timezone.now()
    today = local_date(at, Company.ours().time_zone)
    while not stop.is_wanted and remind_overdue(today=today, at=at, actor=system()):
        pass


def close_for_non_payment(stop: Stop) -> None:
    """Close what was not paid for too long, where plans say so; whoever is to be reminded today is reminded before."""
    remind(stop)
    for day, time_zones in unpaid_days(timezone.now()).items():
        if not stop.is_wanted:
            close_unpaid(today=day, clock=timezone.now, time_zones=time_zones)


def close_many(stop: Stop) -> None:
    """Carry on with the closings of many that people began."""
    for closing in BulkClosing.objects.filter(finished_at=None).select_related("by_user").order_by("pk"):
        while not stop.is_wanted and carry_on(closing, at=timezone.now()):
            pass
        fold()


def look_ahead(stop: Stop) -> None:
    """Count what is booked for the months ahead, where that is too much to be counted for each reader."""
    at = timezone.now()
    count_forecast(at=at, today=local_date(at, Company.ours().time_zone))


def load_files(stop: Stop) -> None:
    """Carry on with the files that people brought: check them, load them."""
    for data_import in DataImport.objects.for_worker().select_related("by_user").order_by("pk"):
        carry_on_import(data_import, clock=timezone.now, stop=stop)
        # Reports are quick while what they add up is short.
        fold()


def keep_statistics(stop: Stop) -> None:
    """Fold the tally of orders, measure what offers kept, delete old files, and let the database know what it holds."""
    fold()
    forget_old(at=timezone.now())
    while not stop.is_wanted and measure_saves(at=timezone.now()):
        pass
    _analyze()


def _analyze() -> None:
    """Let SQLite count what its tables hold, so that it finds the best index; PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # A sample is enough, and takes a few milliseconds however large the tables are.
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


SWEEPS: Sequence[Sweep] = (
    Sweep(LETTERS, send_letters, datetime.timedelta(seconds=2)),
    Sweep(CHANGES, change, FIVE_MINUTES),
    Sweep(BILLING, bill, FIVE_MINUTES),
    Sweep(ENDINGS, end, FIVE_MINUTES),
    Sweep(PAUSES, end_pauses, FIVE_MINUTES),
    Sweep(REMINDERS, remind, FIVE_MINUTES),
    Sweep(UNPAID, close_for_non_payment, datetime.timedelta(minutes=15)),
    Sweep(CLOSING_MANY, close_many, datetime.timedelta(seconds=2)),
    Sweep(FORECAST, look_ahead, datetime.timedelta(minutes=15)),
    Sweep(IMPORTS, load_files, datetime.timedelta(seconds=2)),
    Sweep(STATISTICS, keep_statistics, datetime.timedelta(hours=1)),
    Sweep(VERIFICATION, verify, FIVE_MINUTES),
)
