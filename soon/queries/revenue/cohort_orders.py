"""The subscriptions behind a cell of the table of cohorts: those that its customers still held on a day."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from soon import formatting
from soon.models import Movement
from soon.queries.listing import Dimension


@dataclass(frozen=True)
class CohortDimension(Dimension):
    """Three dates with commas in between: the customer began on or after the first and before the second, and held the order at
    the end of the third.
    """

    def text_for(self, key: str) -> str:
        dates = _dates(key)
        if not dates:
            return super().text_for(key)
        since, until, on = dates
        last = until - datetime.timedelta(days=1)
        words = {"since": formatting.day(since), "last": formatting.day(last), "day": formatting.day(on)}
        return _("%(since)s to %(last)s, still there on %(day)s") % words

    def condition(self, key: str) -> Q | None:
        dates = _dates(key)
        if not dates:
            return None
        since, until, on = dates
        # An order is taken up and left in turn, each at most once a day: held is what was not left after it was last taken up.
        until_then = Movement.objects.filter(moved_on__lte=on).order_by()
        left = until_then.filter(order=OuterRef("order"), moved_on__gt=OuterRef("moved_on"), orders=-1)
        taken_up = until_then.filter(~Exists(left), cohort_on__gte=since, cohort_on__lt=until, orders=1)
        return Q(pk__in=taken_up.values("order"))


def cohort_key(since: datetime.date, until: datetime.date, on: datetime.date) -> str:
    """Return the value of the dimension: customers who began in `[since, until)`, with what they hold at the end of `on`."""
    return f"{since},{until},{on}"


def _dates(key: str) -> tuple[datetime.date, datetime.date, datetime.date] | None:
    dates = [date for date in map(formatting.parse_day, key.split(",")) if date and 1900 <= date.year <= 9000]
    return (dates[0], dates[1], dates[2]) if len(dates) == 3 == key.count(",") + 1 else None
