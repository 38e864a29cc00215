"""soon bill: issues every invoice that is due."""

import datetime
import json
import sys
import time
from collections.abc import Collection
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.domain.periods import local_date
from soon.jobs.bill import Task, bill, check_processes, stop_on_signals
from soon.management.options import day
from soon.management.outcome import billed, previewed, told_of_preview, told_of_run
from soon.management.progress import progress_bar
from soon.management.spoken import SpokenCommand
from soon.models import BillingRun, Company
from soon.operations.billing.preview import preview
from soon.operations.billing.run import BATCH, Stop
from soon.queries.due import billable_days

# A year typed wrongly would bill everybody for years to come, and what was issued stays.
FURTHEST = datetime.timedelta(days=366)
STOPPED = 130

Days = dict[datetime.date, Collection[str] | None]


class Command(SpokenCommand):
    purpose = gettext_lazy("Issue every invoice that is due, catch up missed periods, and end what ends.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=day, metavar="DAY", help=_("bill everything due on or before this day, as 2026-11-23; else today")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("show what would be issued, and write nothing"))
        parser.add_argument("--json", action="store_true", help=_("print one JSON object instead of sentences"))
        parser.add_argument("--workers", type=int, default=1, metavar="N", help=_("share the work among so many processes"))
        parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=_("subscriptions in one transaction"))

    def handle(self, *args: Any, **options: Any) -> None:
        _at_least_one("--workers", options["workers"])
        _at_least_one("--batch", options["batch"])
        check_processes(options["workers"])
        do = self._preview if options["dry_run"] else self._bill
        try:
            do(self._days(options["on"]), options)
        except OperationalError as error:
            words = _("The database does not answer (%(error)s). What was issued stays, and the next run goes on from there.")
            raise CommandError(words % {"error": str(error).strip()}) from error

    def _days(self, on: datetime.date | None) -> Days:
        """Return the days to bill, each with its time zones (None: all). Without an option every order has its own today."""
        at = timezone.now()
        if on is None:
            return dict(billable_days(at))
        if on > local_date(at, Company.ours().time_zone) + FURTHEST:
            raise CommandError(_("%(day)s is more than a year ahead. Check the year.") % {"day": on.isoformat()})
        return {on: None}

    def _preview(self, days: Days, options: dict[str, Any]) -> None:
        begun = time.monotonic()
        with progress_bar(_("Computing")) as move:
            found = [preview(bills_until=each, time_zones=zones, on_progress=move) for each, zones in days.items()]
        self._tell(options, previewed(found, time.monotonic() - begun), told_of_preview(found))

    def _bill(self, days: Days, options: dict[str, Any]) -> None:
        begun, stop = time.monotonic(), Stop()
        stop_on_signals(stop)
        runs: list[BillingRun] = []
        with progress_bar(_("Billing")) as move:
            for each, zones in days.items():
                task = Task(each, zones, options["batch"], options["workers"])
                runs.append(bill(task, on_progress=move, stop=stop))
                if stop.is_wanted:
                    break
        seconds = time.monotonic() - begun
        self._tell(options, billed(runs, seconds, is_stopped=stop.is_wanted), told_of_run(runs, seconds))
        if stop.is_wanted:
            self.stderr.write(_("Stopped after the batch in hand. The next run goes on from there."))
            sys.exit(STOPPED)

    def _tell(self, options: dict[str, Any], facts: dict[str, Any], sentences: list[str]) -> None:
        for line in [json.dumps(facts, ensure_ascii=False)] if options["json"] else sentences:
            self.say(line)


def _at_least_one(option: str, number: int) -> None:
    if number < 1:
        raise CommandError(_("%(option)s takes a number from 1, not %(number)d.") % {"option": option, "number": number})
