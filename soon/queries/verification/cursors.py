"""Where billing begins and how far it has come: the first paid day, and the cursor of each order line."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from soon.models import Activity, InvoiceLine, OrderLine

from .charges import ORDER, TERMS, charges, first_paid_day
from .checks import CHUNK, Check, Finding, Moment, fact
from .schedules import Schedules

FIRST = Check(
    "first_day_billed",
    _("The first day that is billed is the first paid day of the order, or the first after its import."),
    _("Billing begins on {billed_on}, the first paid day is {paid_on}."),
    "order_lines",
)
CURSOR = Check(
    "billed_up_to_cursor",
    _("Each order line is billed up to the day it says."),
    _("Billed up to, by the order line: {cursor_on}. By its invoices: {billed_on}."),
    "order_lines",
)
# What is known of a cursor elsewhere, if it is no day: the order was not imported; or it was before imports told.
NOT_IMPORTED, UNTOLD = "not imported", "untold"


class Reach(NamedTuple):
    """An order line: what it and its order say, and its first and last billed day (None: nothing was billed)."""

    order: int
    number: str
    plan: int | None
    start_on: datetime.date | None
    trial_days: int
    cursor_on: datetime.date | None
    first_on: datetime.date | None = None
    last_on: datetime.date | None = None


def cursors(moment: Moment) -> Iterator[Finding]:
    """Compare first and last billed day of each recurring line with the order's start and the line's cursor."""
    schedules = Schedules()
    says = (*ORDER, *TERMS, "order_line__billed_until")
    # Those of reopened orders are looked at in reopenings.py.
    never_reopened = charges().filter(period_start__isnull=False, order_line__order__times_reopened=0)
    lines = never_reopened.annotate(elsewhere=_billed_until_elsewhere("order_line__order"))
    reach = lines.values("order_line", *says, "elsewhere").annotate(first=Min("period_start"), last=Max("period_end"))
    from_its_start = Q(first=F("order_line__order__start_on"), order_line__order__trial_days=0)
    from_its_import = Q(first_day=F("elsewhere"))
    fits = Q(last=F("order_line__billed_until")) & (from_its_start | from_its_import)
    # What is left for the rules is little: free trials, imports that did not tell, and what is wrong.
    suspects = reach.annotate(first_day=Cast("first", TextField())).exclude(fits).values_list(*says, "first", "last")
    for part in _in_parts(suspects.iterator(CHUNK)):
        cursors_elsewhere = _billed_elsewhere(part)
        for each in part:
            if each.cursor_on != each.last_on:
                yield _cursor_finding(each, each.last_on)
            if not _begins_right(each, cursors_elsewhere.get(each.order, NOT_IMPORTED), schedules):
                facts = {"billed_on": fact("billed_on", each.first_on), "paid_on": fact("paid_on", _first_paid_on(each))}
                yield Finding(FIRST, each.number, "order", each.order, facts)
    yield from _never_billed(schedules)
    yield from _once_without_cursor()


def _begins_right(each: Reach, elsewhere: str | None, schedules: Schedules) -> bool:
    """Return whether billing here began on the first paid day, or where it ended elsewhere before the order was imported."""
    first_paid_on = _first_paid_on(each)
    if each.first_on == first_paid_on or each.first_on is None:
        return True
    if elsewhere == UNTOLD:
        held = schedules.containing(each.plan, first_paid_on, each.first_on)
        return held is not None and held[0].start == each.first_on
    return elsewhere == each.first_on.isoformat()


def _billed_elsewhere(part: Sequence[Reach]) -> dict[int, str | None]:
    """Return by order up to which day it was billed before its import, as its chatter entry tells."""
    told = Activity.objects.filter(kind="imported", order__in={each.order for each in part}).order_by()
    until = Case(When(facts__has_key="billed_until_on", then=_TOLD), default=Value(UNTOLD), output_field=TextField())
    return dict(told.values_list("order", until))


# The fact of the chatter entry of an import; null where nothing was billed before.
_TOLD = KT("facts__billed_until_on")


def _billed_until_elsewhere(order: str) -> Coalesce:
    told = Activity.objects.filter(kind="imported", order=OuterRef(order)).order_by()
    until = Subquery(told.annotate(until=_TOLD).values("until")[:1])
    return Coalesce(until, Value(NOT_IMPORTED), output_field=TextField())


def _first_paid_on(each: Reach) -> datetime.date | None:
    return first_paid_day(each.start_on, each.trial_days)


def _never_billed(schedules: Schedules) -> Iterator[Finding]:
    """Find cursors of lines that no invoice ever charged, unless their days were billed before the import."""
    charged = InvoiceLine.objects.filter(is_charge=True, order_line=OuterRef("pk"))
    # Two questions, because there are two indexes.
    is_charged = Exists(charged.filter(period_start__isnull=False)) | Exists(charged.filter(period_start=None))
    uncharged = OrderLine.objects.filter(~is_charged, billed_until__isnull=False, order__times_reopened=0).order_by()
    says = ("order", "order__number", "order__plan", "order__start_on", "order__trial_days", "billed_until")
    recurring = uncharged.filter(is_recurring=True).values_list(*says, "billed_until", "billed_until")
    for part in _in_parts(recurring.iterator(CHUNK)):
        cursors_elsewhere = _billed_elsewhere(part)
        for each in part:
            elsewhere = cursors_elsewhere.get(each.order, NOT_IMPORTED)
            if elsewhere == NOT_IMPORTED or not _begins_right(each, elsewhere, schedules):
                yield _cursor_finding(each, None)
    for row in uncharged.filter(is_recurring=False).values_list(*says).iterator(CHUNK):
        yield _cursor_finding(Reach(*row), None)


def _in_parts(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[Reach]]:
    each = iter(rows)
    while part := [Reach(*row) for row in islice(each, CHUNK)]:
        yield part


def _once_without_cursor() -> Iterator[Finding]:
    sold = charges().filter(period_start=None, order_line__billed_until=None)
    rows = sold.values_list(*ORDER, *TERMS, "order_line__billed_until", "invoice__issued_on", "invoice__issued_on")
    for row in rows.iterator(CHUNK):
        each = Reach(*row)
        yield _cursor_finding(each, each.last_on)


def _cursor_finding(each: Reach, billed_on: datetime.date | None) -> Finding:
    facts = {"cursor_on": fact("cursor_on", each.cursor_on), "billed_on": fact("billed_on", billed_on)}
    return Finding(CURSOR, each.number, "order", each.order, facts)
