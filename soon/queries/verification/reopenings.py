"""What closing and reopening leave behind: unused days are given back, and a reopened order is billed on from the right day."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.domain.derivations import UNUSED_PART, credit_line, period_from, price_from, tax_from
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
# A closing takes back the unused days, or, where credits by hand left less than those cost, what is left for them.
GIVES_DAYS_BACK = Q(derivation__rule=UNUSED_PART) | Q(derivation__ends_service=True)


def given_back(moment: Moment) -> Iterator[Finding]:
    """Look for days beyond the end of a churned order that no credit note takes back."""
    order = "order_line__order__"
    closure = f"{order}closure__"
    said_so = {f"{closure}credit_policy": CreditPolicy.UNUSED_DAYS, f"{order}state": lifecycle.CHURNED}
    beyond = charges().filter(period_end__gt=F(f"{order}ends_on"), **said_so).filter(Q(net_minor__gt=0) | Q(tax_minor__gt=0))
    credited = InvoiceLine.objects.filter(credits_line=OuterRef("pk"))
    rows = beyond.filter(~Exists(credited)).values_list(*ORDER, "period_end", f"{order}ends_on", "derivation")
    for key, number, billed_on, ends_on, derivation in rows.iterator(CHUNK):
        if not _is_worth_something(derivation, ends_on):
            continue
        facts = {"billed_on": fact("billed_on", billed_on), "ends_on": fact("ends_on", ends_on)}
        yield Finding(GIVEN_BACK, number, "order", key, facts)


def _is_worth_something(derivation: dict[str, Any], ends_on: datetime.date) -> bool:
    """Return whether the days from `ends_on` on cost more than rounding leaves of them."""
    period = period_from(derivation).between(ends_on, None)
    return period is not None and credit_line(price_from(derivation), tax_from(derivation), period).gross_minor > 0


class Days(NamedTuple):
    """Days of a line that were charged. `unused_from`: after which reopening, from which day, they were given back."""

    start: datetime.date
    end: datetime.date
    unused_from: list[tuple[int, datetime.date]]


class Series(NamedTuple):
    """What was charged of a line between two reopenings."""

    parts: list[Days]

    @property
    def first_on(self) -> datetime.date:
        """The first day charged."""
        return min(part.start for part in self.parts)

    @property
    def billed_until(self) -> datetime.date:
        """The end of the days charged."""
        return max(part.end for part in self.parts)

    def kept_until(self, time: int) -> datetime.date:
        """Return the end of the days that had not been given back when the order was reopened for that time."""
        return max(min([part.end, *(day for when, day in part.unused_from if when < time)]) for part in self.parts)


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
    for time, day in enumerate(reopened_on, start=1):
        found = series.get(time)
        kept = max((each.kept_until(time) for when, each in series.items() if when < time), default=None)
        expected = max(day, kept) if kept else day
        begins = found.first_on if found else cursor_on if time == times else None
        # A line that was never kept billed begins with its order, which may be later than its reopening.
        if begins and (begins < expected or (begins > expected and kept)):
            return day, begins
    last = series.get(times)
    return (reopened_on[-1], last.billed_until) if last and last.billed_until != cursor_on else None


def _series(lines: Iterable[int]) -> dict[int, dict[int, Series]]:
    found: dict[int, dict[int, Series]] = {}
    of_lines = charges().filter(order_line__in=list(lines), period_start__isnull=False)
    unused: dict[int, list[tuple[int, datetime.date]]] = defaultdict(list)
    given = InvoiceLine.objects.filter(GIVES_DAYS_BACK, credits_line__in=of_lines.order_by().values("pk"))
    for charge, time, day in given.order_by().values_list("credits_line", "reopening", "period_start"):
        if charge and day:
            unused[charge].append((time, day))
    for key, line, time, start, end in of_lines.values_list("pk", "order_line", "reopening", "period_start", "period_end"):
        if line and start and end:
            found.setdefault(line, {}).setdefault(time, Series([])).parts.append(Days(start, end, unused[key]))
    return found


def _reopened_on() -> dict[int, list[datetime.date]]:
    """Return by order the days on which it went on, in the order in which that was done, whatever the clock said then."""
    places: dict[int, dict[int, datetime.date]] = defaultdict(dict)
    # A pause that was resumed is such a gap too, and knows how many there were before it.
    resumed = Pause.objects.filter(resumed_on__isnull=False).order_by()
    for order, place, day in resumed.values_list("order", "reopening", "resumed_on"):
        if day:
            places[order][place] = day
    for order, day in Closure.objects.filter(reopened_on__isnull=False).order_by("pk").values_list("order", "reopened_on"):
        if day:
            taken = places[order]
            taken[next(place for place in count() if place not in taken)] = day
    return {order: [taken[place] for place in sorted(taken)] for order, taken in places.items()}


def _in_chunks(rows: Iterable[Line]) -> Iterator[list[Line]]:
    each = iter(rows)
    while part := list(islice(each, CHUNK)):
        yield part
