"""The billing periods of every plan, asked again and again for the same starts."""

import datetime
from collections.abc import Collection
from functools import lru_cache

from soon.domain.errors import DomainError
from soon.domain.periods import Period, Schedule
from soon.domain.zones import UnknownTimeZone, local_date
from soon.models import Company, Plan

MOST_REMEMBERED = 20_000
DAY = datetime.timedelta(days=1)


class Schedules:
    """Schedules by plan and first paid day. Where the rules give no answer, there is none: None, or nothing."""

    def __init__(self) -> None:
        self.plans = {plan.pk: plan for plan in Plan.objects.all()}
        self._zone = Company.ours().time_zone
        self.of = lru_cache(MOST_REMEMBERED)(self._of)
        self.containing = lru_cache(MOST_REMEMBERED)(self._containing)

    def _of(self, plan: int | None, first_paid_on: datetime.date | None) -> Schedule | None:
        return self.plans[plan].schedule_from(first_paid_on) if plan and first_paid_on else None

    def _containing(
        self, plan: int | None, first_paid_on: datetime.date | None, day: datetime.date
    ) -> tuple[Period, Period] | None:
        """Return service and whole of the period that holds `day`."""
        schedule = self.of(plan, first_paid_on)
        try:
            period = schedule.period_containing(day) if schedule else None
        except DomainError:
            return None
        return (period.service, period.whole) if period else None

    def after_import(
        self, plan: int | None, start_on: datetime.date | None, created_at: datetime.datetime
    ) -> Collection[datetime.date]:
        """Return the days that may be the first to bill here of an order imported at `created_at` (imports/_store.py).

        Its periods that began before that day were billed elsewhere. More than one, because the zone may have changed since.
        """
        try:
            created_on = local_date(created_at, self._zone)
        except UnknownTimeZone:
            created_on = created_at.date()
        found = set()
        for day in (created_on - DAY, created_on, created_on + DAY):
            if start_on and day <= start_on:
                found.add(start_on)
            elif held := self.containing(plan, start_on, day):
                found.add(day if held[0].start == day else held[0].end)
        return found
