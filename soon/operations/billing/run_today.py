"""Billing everything that is due now, each order by the local day of its own time zone."""

import datetime
from collections.abc import Callable

from soon.activity.actor import Actor
from soon.models import BillingRun
from soon.models.billing import SILENCE
from soon.queries.due import billable_days

from .begin import begin
from .finish import finish
from .run import Stop, run


def run_today(*, actor: Actor, clock: Callable[[], datetime.datetime], stop: Stop | None = None) -> list[BillingRun]:
    """Issue every document due at this moment and return the runs that did it: one for each local day that it is somewhere.

    Without anything due there is no run. One that another process of this actor has in hand, or lost a moment ago when it was
    killed, is joined instead of beginning a second one. Raises OperationalError when the database is away.
    """
    stop = stop or Stop()
    runs = []
    for day, time_zones in billable_days(clock()).items():
        if stop.is_wanted:
            break
        at = clock()
        started = _unfinished(day, actor, at) or begin(bills_until=day, actor=actor, at=at)
        run(bills_until=day, actor=actor, clock=clock, time_zones=time_zones, joins=started, stop=stop)
        started.refresh_from_db()
        # Also of a run that others still work on: whoever comes last has the last word on when it ended.
        runs.append(started if stop.is_wanted else finish(started, clock=clock, time_zones=time_zones))
    return runs


def _unfinished(day: datetime.date, actor: Actor, at: datetime.datetime) -> BillingRun | None:
    ours = BillingRun.objects.filter(bills_until=day, channel=actor.channel, started_by=actor.user, finished_at=None)
    return ours.filter(progressed_at__gte=at - SILENCE, progressed_at__lte=at).first()
