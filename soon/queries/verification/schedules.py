"""The billing periods of every plan, asked again and again for the same starts."""

import datetime
from functools import lru_cache

from soon.domain.errors import DomainError
from soon.domain.periods import Period, Schedule
from soon.models import Plan

MOST_REMEMBERED = 20_000


class Schedules:
    """Schedules by plan and first paid day. Where the rules give no answer, there is none: None, or nothing."""

    def __init__(self) -> None:
        self.plans = {plan.pk: plan for plan in Plan.objects.all()}
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
