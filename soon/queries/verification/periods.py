"""Service days: each billed at most once, none skipped, from the first paid day to the cursor and never beyond the end."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext_lazy as _

from soon.models import Activity, Closure, InvoiceLine, OrderChange, Pause

from .charges import ORDER, TERMS, charges, first_paid_day
from .checks import CHUNK, Check, Finding, Moment, Theme, Walk, fact
from .cursors import CURSOR, FIRST, cursors
from .reopenings import GIVEN_BACK, GOES_ON, given_back, goes_on
from .schedules import Schedules

ONCE = Check(
    "day_billed_once",
    _("Each service day of a recurring line is billed at most once, and what is sold once is billed once."),
    _("On invoice {invoice} days from {from_on} are billed again."),
    "lines",
)
NONE_SKIPPED = Check(
    "no_day_skipped",
    _("No service day between two billed periods is skipped."),
    _("The days from {from_on} up to {until_on} were never billed."),
    "lines",
)
WHOLE = Check(
    "period_of_plan",
    _("Each billed period is one of the order's plan, cut only at the start and at the end of the order."),
    _("On invoice {invoice} the period from {from_on} to {until_on} is none of its plan."),
    "lines",
)
END = Check(
    "nothing_after_end",
    _("Nothing is billed for days after the end of an order once the end is known."),
    _("On invoice {invoice} days up to {billed_on} are billed; the order ends on {ends_on}."),
    "lines",
)


def days(moment: Moment) -> Iterator[Finding]:
    """Compare the beginning of each billed period with the end of the one before it."""
    before = Window(Lag("period_end"), partition_by=[F("order_line"), F("reopening")], order_by=["period_start", "pk"])
    recurring = charges().filter(period_start__isnull=False).annotate(before=before)
    breaks = recurring.filter(Q(period_start__lt=F("before")) | Q(period_start__gt=F("before")))
    for row in breaks.values("pk", "period_start", "before").iterator(CHUNK):
        start_on, before_on = row["period_start"], row["before"]
        if start_on < before_on:
            yield _of_charge(moment, ONCE, row["pk"], {"from_on": fact("from_on", start_on)})
        else:
            facts = {"from_on": fact("from_on", before_on), "until_on": fact("until_on", start_on)}
            yield _of_charge(moment, NONE_SKIPPED, row["pk"], facts)
    yield from _sold_again()


def _sold_again() -> Iterator[Finding]:
    sold = charges().filter(period_start=None).values("order_line", *ORDER)
    twice = sold.annotate(times=Count("pk"), again=Max("invoice__number"), sold_on=Max("invoice__issued_on")).filter(
        times__gt=1
    )
    for row in twice.iterator(CHUNK):
        facts = {"invoice": row["again"], "from_on": fact("from_on", row["sold_on"])}
        yield Finding(ONCE, row[ORDER[1]], "order", row[ORDER[0]], facts, count=row["times"] - 1)


def periods(moment: Moment) -> Iterator[Finding]:
    """Ask the rules for each billed period. Equal ones come as one row."""
    schedules = Schedules()
    # Where a reopened order begins and ends anew is looked at in reopenings.py.
    cuts = ("order_line__order__times_reopened", "order_line__order__ends_on")
    pauses = Pause.objects.filter(order=OuterRef("order_line__order"), reopening=0).order_by()
    charged = charges().annotate(paused_on=Subquery(pauses.values("paused_on")[:1]))
    grouped = ("order_line__is_recurring", *TERMS, *cuts, "paused_on", "period_start", "period_end")
    rows = charged.values_list(*grouped)
    for *row, _first, times in rows.annotate(first=Min("pk"), times=Count("pk")).iterator(CHUNK):
        moment.seen(times)
        is_recurring, plan, start_on, trial_days, reopened, ends_on, paused_on, start, end = row
        if not is_recurring and start is None:
            continue
        first_paid_on = first_paid_day(start_on, trial_days)
        fits = _is_within_plan if reopened else partial(_is_of_plan, cuts=(ends_on, paused_on))
        if not is_recurring or not fits(schedules, plan, first_paid_on, start=start, end=end):
            is_part = is_recurring and _is_within_plan(schedules, plan, first_paid_on, start=start, end=end)
            same = dict(zip(grouped, row, strict=True))
            wrong, number = _not_explained(charged, same, is_part=is_part)
            if number:
                facts = {"from_on": fact("from_on", start), "until_on": fact("until_on", end)}
                yield _of_charge(moment, WHOLE, wrong, facts, number)


def _not_explained(charged: QuerySet[Any], group: dict[str, Any], *, is_part: bool) -> tuple[int, int]:
    """Return the first of these charges, and how many, that nothing explains which happened to their orders.

    Part of a period may begin or end on a day for which a closing was scheduled once. Where another plan took effect, each
    period is looked at by itself (`changed_periods`).
    """
    changed = _plan_changes("order_line__order")
    undone = Closure.objects.filter(order=OuterRef("order_line__order"), undone_at__isnull=False)
    cut = undone.filter(Q(effective_on=OuterRef("period_start")) | Q(effective_on=OuterRef("period_end")))
    same = {f"{name}__isnull" if value is None else name: True if value is None else value for name, value in group.items()}
    suspects = charged.filter(~Exists(changed), **same)
    found = (suspects.filter(~Exists(cut)) if is_part else suspects).aggregate(first=Min("pk"), times=Count("pk"))
    return found["first"] or 0, found["times"]


def _plan_changes(order: str) -> QuerySet[OrderChange]:
    return OrderChange.objects.filter(order=OuterRef(order), kind=OrderChange.Kind.PLAN, applied_at__isnull=False).order_by()


def changed_periods(moment: Moment) -> Iterator[Finding]:
    """Ask the rules for each billed period of orders whose plan changed, by the plan that it had on the first of its days."""
    schedules = Schedules()
    changes = OrderChange.objects.filter(kind=OrderChange.Kind.PLAN, applied_at__isnull=False).order_by("takes_effect_on", "pk")
    by_order: dict[int, list[tuple[datetime.date, int | None]]] = defaultdict(list)
    for order, on, before in changes.values_list("order", "takes_effect_on", "plan_before"):
        by_order[order].append((on, before))
    charged = charges().filter(order_line__order__in=changes.order_by().values("order"), period_start__isnull=False)
    for key, order, *terms, start, end in charged.values_list("pk", ORDER[0], *TERMS, "period_start", "period_end"):
        moment.seen(1)
        plan, start_on, trial_days = terms
        plan = next((before for on, before in by_order[order] if start < on), plan)
        fits = _is_within_plan(schedules, plan, first_paid_day(start_on, trial_days), start=start, end=end)
        if not fits or any(start < on < end for on, _before in by_order[order]):
            facts = {"from_on": fact("from_on", start), "until_on": fact("until_on", end)}
            yield _of_charge(moment, WHOLE, key, facts)


def _is_of_plan(
    schedules: Schedules,
    plan: int | None,
    first_paid_on: datetime.date | None,
    *,
    cuts: Sequence[datetime.date | None],
    start: datetime.date | None,
    end: datetime.date | None,
) -> bool:
    held = schedules.containing(plan, first_paid_on, start) if start else None
    if held is None or end is None:
        return False
    service, whole = held
    return start == service.start and (end == whole.end or any(cut and cut <= end < whole.end for cut in cuts))


def _is_within_plan(
    schedules: Schedules,
    plan: int | None,
    first_paid_on: datetime.date | None,
    *,
    start: datetime.date | None,
    end: datetime.date | None,
) -> bool:
    held = schedules.containing(plan, first_paid_on, start) if start else None
    return held is not None and end is not None and end <= held[1].end


def ends(moment: Moment) -> Iterator[Finding]:
    """Look at what is billed beyond the end of its order: right only where it was billed before the order was closed.

    What was billed in advance and is not served is given back when the closing is settled.
    """
    order = "order_line__order__"
    told = Activity.objects.filter(invoice=OuterRef("invoice"), kind="invoice_issued").order_by("pk")
    of_order = Activity.objects.filter(order=OuterRef("order_line__order"))
    closed = of_order.filter(Q(kind__startswith="closed_by_") | Q(kind__startswith="closing_scheduled")).order_by("-pk")
    beyond = charges().filter(period_end__gt=F(f"{order}ends_on"))
    # Entries are numbered in the order in which the transactions held the order; clocks of two processes may differ.
    wrong = beyond.annotate(told=Subquery(told.values("pk")[:1]), closed=Subquery(closed.values("pk")[:1])).filter(
        Q(**{f"{order}closure": None}) | Q(**{f"{order}closure__type": Closure.Type.EXPIRED}) | Q(told__gt=F("closed"))
    )
    for key, ends_on in wrong.values_list("pk", f"{order}ends_on").iterator(CHUNK):
        yield _of_charge(moment, END, key, {"ends_on": ends_on.isoformat()})


def _of_charge(moment: Moment, check: Check, key: int, facts: dict[str, Any], times: int = 1) -> Finding:
    if not moment.wants(check):
        return Finding(check, "", count=times)
    found = InvoiceLine.objects.values_list(*ORDER, "invoice__number", "period_end").filter(pk=key)
    order, number, invoice, end = found[0]
    told = {"invoice": invoice, "billed_on": fact("billed_on", end)} | facts
    return Finding(check, number, "order", order, told, count=times)


PERIODS = Theme(
    _("Billed periods"),
    (
        Walk((ONCE, NONE_SKIPPED), days),
        Walk((WHOLE,), periods),
        Walk((WHOLE,), changed_periods),
        Walk((FIRST, CURSOR), cursors),
        Walk((END,), ends),
        Walk((GIVEN_BACK,), given_back),
        Walk((GOES_ON,), goes_on),
    ),
)
