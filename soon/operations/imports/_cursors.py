"""Up to where an imported subscription counts as invoiced elsewhere, and when its next invoice is due."""

import datetime
from dataclasses import dataclass

from soon.domain.billing import next_period_due
from soon.domain.lifecycle import CHURNED, IN_PROGRESS, PAUSED
from soon.models import Plan

from .subscription import ImportedSubscription

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The first local date not invoiced (None: nothing was), and the day of the next invoice (None: nothing is left)."""

    billed_until: datetime.date | None = None
    next_invoice_on: datetime.date | None = None


def cursor_of(subscription: ImportedSubscription, plan: Plan, today: datetime.date) -> Cursor:
    """Return the cursor of `subscription` on `plan` for an import on the local date `today`.

    Without a day of its next invoice, periods that began before `today` count as invoiced elsewhere: the first to be invoiced
    here begins today or later. What was paused or closed before was invoiced up to that day.
    """
    if subscription.state not in (IN_PROGRESS, PAUSED, CHURNED):
        return Cursor()
    start_on, ended_on = subscription.start_on, subscription.ended_on
    if ended_on and ended_on <= today:
        return Cursor(ended_on if ended_on > start_on else None)
    schedule = plan.schedule_from(start_on)
    billed_until: datetime.date | None = None
    if subscription.next_invoice_on:
        first = subscription.next_invoice_on
        if plan.in_arrears:
            # What ends on that day is not billed yet.
            first = schedule.period_containing(max(first - DAY, start_on)).service.start
        billed_until = first if first > start_on else None
    elif start_on < today:
        period = schedule.period_containing(today).service
        billed_until = today if period.start == today else period.end
    due = next_period_due(schedule, billed_until, None, plan.in_arrears)
    return Cursor(billed_until, due.due_on if due and subscription.state == IN_PROGRESS else None)


def cuts_a_period(subscription: ImportedSubscription, plan: Plan) -> bool:
    """Return whether the day of the next invoice lies within a period, so that the first invoice here is for a part of it."""
    day = subscription.next_invoice_on
    if day is None or day <= subscription.start_on:
        return False
    schedule = plan.schedule_from(subscription.start_on)
    before = day - DAY if plan.in_arrears else day
    period = schedule.period_containing(before).service
    return day not in (period.start, period.end)
