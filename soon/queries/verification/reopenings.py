"""What closing and reopening leave behind: unused days are given back, and a reopened order is billed on from the right day."""

import datetime
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.models import Closure, CreditPolicy, InvoiceLine, OrderLine, Pause

from .charges import ORDER, charges
from .checks import CHUNK, Check, Finding, Moment, fact

GIVEN_BACK = Check(
    "unused_days_given_back",
    _("What was billed beyond the end of a closed subscription is given back, where its closing says so."),
    _("Days up to {billed_on} are billed; it ended on {ends_on}, and nothing was given back."),
    "lines",
)
GOES_ON = Check(
    "billed_on_after_reopening",
    _("A reopened subscription is billed on from its reopening, or from where paid days end; no day twice, none skipped."),
    _("It was reopened from {reopened_on}; its lines are billed on from {from_on}, up to {cursor_on}."),
    "order_lines",
)


def given_back(moment: Moment) -> Iterator[Finding]:
    """Look for days beyond the end of a churned order that no credit note takes back."""
    order = "order_line__order__"
    closure = f"{order}closure__"
    said_so = {f"{closure}credit_policy": CreditPolicy.UNUSED_DAYS, f"{order}state": lifecycle.CHURNED}
    beyond = charges().filter(period_end__gt=F(f"{order}ends_on"), **said_so).filter(Q(net_minor__gt=0) | Q(tax_minor__gt=0))
    credited = InvoiceLine.objects.filter(credits_line=OuterRef("pk"))
    rows = beyond.filter(~Exists(credited)).values_list(*ORDER, "period_end", f"{order}ends_on")
    for key, number, billed_on, ends_on in rows.iterator(CHUNK):
        facts = {"billed_on": fact("billed_on", billed_on), "ends_on": fact("ends_on", ends_on)}
        yield Finding(GIVEN_BACK, number, "order", key, facts)


class Series(NamedTuple):
    """What was charged of a line between two reopenings: the first day, and the end of the days that were kept."""

    first_on: datetime.date
    billed_until: datetime.date
    kept_until: datetime.date


# Start, end and, if some were given back, the first of the days given back.
Days = tuple[datetime.date, datetime.date, datetime.date | None]
# Key, key and number of the order, how often that was reopened, and the line's cursor.
Line = tuple[int, int, str, int, datetime.date | None]


def goes_on(moment: Moment) -> Iterator[Finding]:
    """Compare each line of reopened orders with the days on which they were reopened, and with what was kept before."""
    reopened = _reopened_on()
    lines = OrderLine.objects.filter(order__times_reopened__gt=0, is_recurring=True).order_by("order", "pk")
    names = ("pk", "order", "order__number", "order__times_reopened", "billed_until")
    for part in _in_chunks(lines.values_list(*names).iterator(CHUNK)):
        series = _series([row[0] for row in part])
        for line, order, number, times, cursor_on in part:
            days = reopened.get(order, [])
            wrong = _broken(series.get(line, {}), days, times, cursor_on)
            if wrong:
                facts = {"reopened_on": fact("reopened_on", wrong[0]), "from_on": fact("from_on", wrong[1])}
                yield Finding(GOES_ON, number, "order", order, facts | {"cursor_on": fact("cursor_on", cursor_on)})


def _broken(
    series: dict[int, Series], reopened_on: list[datetime.date], times: int, cursor_on: datetime.date | None
) -> tuple[datetime.date | None, datetime.date | None] | None:
    """Return the day of reopening and the day of billing that do not fit; None where all do."""
    if len(reopened_on) != times:
        return None, cursor_on
    kept: datetime.date | None = series[0].kept_until if 0 in series else None
    for time, day in enumerate(reopened_on, start=1):
        found = series.get(time)
        expected = max(day, kept) if kept else day
        begins = found.first_on if found else cursor_on if time == times else None
        # A line that was never kept billed begins with its order, which may be later than its reopening.
        if begins and (begins < expected or (begins > expected and kept)):
            return day, begins
        kept = max(filter(None, [kept, found.kept_until if found else None]), default=None)
    last = series.get(times)
    return (reopened_on[-1], last.billed_until) if last and last.billed_until != cursor_on else None


def _series(lines: Iterable[int]) -> dict[int, dict[int, Series]]:
    found: dict[int, dict[int, Series]] = {}
    of_lines = charges().filter(order_line__in=list(lines), period_start__isnull=False)
    unused = Min("credit_lines__period_start", filter=Q(credit_lines__derivation__rule="unused_part"))
    names = ("order_line", "reopening", "period_start", "period_end", "unused")
    for line, time, rows in _grouped(of_lines.annotate(unused=unused).values_list(*names)):
        kept = [unused if unused else end for _, end, unused in rows]
        found.setdefault(line, {})[time] = Series(min(row[0] for row in rows), max(row[1] for row in rows), max(kept))
    return found


def _grouped(rows: Iterable[tuple[int, int, *Days]]) -> Iterator[tuple[int, int, list[Days]]]:
    for (line, time), group in groupby(sorted(rows, key=itemgetter(0, 1)), key=itemgetter(0, 1)):
        yield line, time, [(start, end, unused) for _, _, start, end, unused in group]


def _reopened_on() -> dict[int, list[datetime.date]]:
    found: dict[int, list[datetime.date]] = {}
    # A pause that was resumed is such a gap too.
    reopened = Closure.objects.filter(reopened_on__isnull=False).order_by("pk")
    resumed = Pause.objects.filter(resumed_on__isnull=False).order_by("pk")
    rows = [
        *reopened.values_list("order", "reopened_on", "reopened_at"),
        *resumed.values_list("order", "resumed_on", "resumed_at"),
    ]
    for order, day, _moment in sorted(rows, key=itemgetter(2)):
        if day:
            found.setdefault(order, []).append(day)
    return found


def _in_chunks(rows: Iterable[Line]) -> Iterator[list[Line]]:
    each = iter(rows)
    while part := list(islice(each, CHUNK)):
        yield part
