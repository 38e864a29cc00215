"""Orders: totals, recurring revenue, the day of the next invoice, and the closures of those that ended."""

import datetime
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.domain.billing import BillableLine, Terms, bill_line, next_due_on
from soon.domain.errors import DomainError
from soon.domain.pricing import LinePrice
from soon.domain.revenue import mrr_micro, whole_mrr_minor
from soon.models import Closure, Order, OrderLine, OrderTally, Tax, tax_rule
from soon.models.order_tally import BY, SUMS

from .checks import CHUNK, Check, Finding, Moment, Naming, Rule, Theme, Walk, broken, fact
from .order_changes import AGREED, AHEAD, order_changes
from .schedules import MOST_REMEMBERED, Schedules

TOTALS = Check(
    "order_adds_up",
    _("Each order comes to what its lines come to: amount, tax, total and recurring amount."),
    _("The lines come to {lines_net_minor} and {lines_tax_minor} tax, {lines_recurring_minor} of it recurring; the order says "
      "{untaxed_minor}, {tax_minor} and {recurring_minor}."),
    "orders",
)  # fmt: skip
LINE = Check(
    "order_line_costs",
    _("Each line of an offered or running order costs what its price, quantity, discount and tax give."),
    _("A line says {line_net_minor} and {line_tax_minor} tax; it should be {due_net_minor} and {due_tax_minor}."),
    "order_lines",
)
MRR = Check(
    "mrr_is_lines",
    _("The MRR of each order is that of its recurring lines."),
    _("Its lines give {lines_minor} a month, the order says {says_minor}."),
    "orders",
)
NEXT = Check(
    "next_invoice_is_next",
    _("The next invoice of each order In Progress is due on the day that its plan and its billed periods give."),
    _("Day of the next invoice by its plan: {due_on}. What the order says: {says_on}."),
    "orders",
)
STANDSTILL = Check(
    "nothing_left_behind",
    _("Nothing that is due waits for more than a day, unless it is set aside."),
    _("An invoice has been due since {due_on}."),
    "orders",
    is_notice=True,
)
CHURNED = Check(
    "churned_has_closure",
    _("Each churned order has exactly one open closure, which ends it on the day the order says."),
    _("It is churned, but has {open_closures} open closures, or ends on another day than its closure says."),
    "orders",
)
CLOSURE = Check(
    "closure_has_order",
    _("Each open closure is that of an order which is churned or will be closed by it."),
    _("It has an open closure, but is neither churned nor closes on that day."),
    "closures",
)
SOLD = Check(
    "closure_says_what_was_sold",
    _("What reports tell closings apart by is what their orders say: the currency, and whose order it is."),
    _("Its closure says another currency or another salesperson."),
    "closures",
)
QUIET = Check(
    "ended_is_not_billed",
    _("An order that is not served has no next invoice."),
    _("It is not served, but its next invoice is due on {next_invoice_on}."),
    "orders",
)

TALLY = Check(
    "tally_is_orders",
    _("The totals kept for the list of orders are those of the orders."),
    _("The total kept for the status {state} is not that of its {orders} orders."),
    "orders",
)


def tally(moment: Moment) -> Iterator[Finding]:
    """Compare the tally with the orders it counts."""
    kept = OrderTally.objects.order_by().values_list(*BY).annotate(Sum("orders"), *map(Sum, SUMS))
    there = Order.objects.order_by().values_list(*BY).annotate(Count("pk"), *map(Sum, SUMS))
    figures = {tuple(row[: len(BY)]): tuple(row[len(BY) :]) for row in kept if any(row[len(BY) :])}
    for row in there:
        key, counted = tuple(row[: len(BY)]), tuple(row[len(BY) :])
        if figures.pop(key, None) != counted:
            yield Finding(TALLY, str(key[0]), facts={"state": str(key[0]), "orders": counted[0]})
    for key, counted in figures.items():
        yield Finding(TALLY, str(key[0]), facts={"state": str(key[0]), "orders": counted[0]})


def totals(moment: Moment) -> Iterator[Finding]:
    """Add up the lines of each order."""
    says = ("number", "currency", "untaxed_minor", "tax_minor", "total_minor", "recurring_minor")
    orders = Order.objects.order_by().values("pk", *says).annotate(
        lines_net_minor=Coalesce(Sum("lines__net_minor"), 0),
        lines_tax_minor=Coalesce(Sum("lines__tax_minor"), 0),
        lines_recurring_minor=Coalesce(Sum("lines__net_minor", filter=Q(lines__is_recurring=True)), 0),
    )  # fmt: skip
    same = Q(
        lines_net_minor=F("untaxed_minor"),
        lines_tax_minor=F("tax_minor"),
        total_minor=F("untaxed_minor") + F("tax_minor"),
        lines_recurring_minor=F("recurring_minor"),
    )
    facts = ("lines_net_minor", "lines_tax_minor", "lines_recurring_minor", "untaxed_minor", "tax_minor", "recurring_minor")
    yield from broken(orders, (Rule(TOTALS, ~same, facts),), Naming("order", currency="currency"))


def costs(moment: Moment) -> Iterator[Finding]:
    """Compute each line again. Equal ones come as one row."""
    taxes = Tax.objects.in_bulk()
    lines = OrderLine.objects.filter(order__state__in=lifecycle.OFFERED | lifecycle.SERVING).order_by()
    prices = ("unit_price_minor", "quantity", "discount_percent")
    rows = lines.values_list(*prices, "tax", "order__customer__is_tax_exempt", "net_minor", "tax_minor")
    counted = rows.annotate(first=Min("pk"), times=Count("pk"))
    for *price, tax, is_exempt, net, tax_minor, first, times in counted.iterator(CHUNK):
        moment.seen(times)
        billed = bill_line(LinePrice(*price), tax_rule(taxes.get(tax), is_exempt=is_exempt))
        if (billed.net_minor, billed.tax_minor) != (net, tax_minor):
            says = {"line_net_minor": net, "line_tax_minor": tax_minor}
            due = {"due_net_minor": billed.net_minor, "due_tax_minor": billed.tax_minor}
            yield _of_one(moment, LINE, Order.objects.filter(lines=first), says | due, times)


def revenue(moment: Moment) -> Iterator[Finding]:
    """Compute the monthly revenue again from the recurring amount. Orders that are equal in both come as one row."""
    intervals = {key: plan.interval for key, plan in Schedules().plans.items()}
    rows = Order.objects.order_by().values_list("plan", "recurring_minor", "mrr_micro")
    for plan, recurring, says, first, times in rows.annotate(first=Min("pk"), times=Count("pk")).iterator(CHUNK):
        moment.seen(times)
        micro = mrr_micro(recurring, intervals[plan]) if plan else 0
        if micro != says:
            minor = {"lines_minor": whole_mrr_minor(micro), "says_minor": whole_mrr_minor(says)}
            yield _of_one(moment, MRR, Order.objects.filter(pk=first), minor, times)


def _of_one(moment: Moment, check: Check, order: QuerySet[Order], amounts: dict[str, int], times: int) -> Finding:
    """Return the finding of one of `times` orders that are equal in it."""
    if not moment.wants(check):
        return Finding(check, "", count=times)
    key, number, currency = order.values_list("pk", "number", "currency").get()
    told = {name: fact(name, amount, currency) for name, amount in amounts.items()}
    return Finding(check, number, "order", key, told, count=times)


class Line(NamedTuple):
    """What decides when a line is due."""

    is_recurring: bool
    billed_until: datetime.date | None


_ORDER = ("pk", "number", "plan", "start_on", "trial_days", "ends_on", "next_invoice_on")


def next_invoices(moment: Moment) -> Iterator[Finding]:
    """Ask the rules for the next invoice of each order In Progress."""
    rules = _Rules()
    rows = Order.objects.filter(state=lifecycle.IN_PROGRESS).order_by("pk")
    lines = rows.values_list(*_ORDER, "lines__is_recurring", "lines__billed_until").iterator(CHUNK)
    for order, group in groupby(lines, key=itemgetter(*range(len(_ORDER)))):
        moment.seen(1)
        key, number, plan, start_on, trial_days, ends_on, says_on = order
        first_paid_on = start_on + datetime.timedelta(days=trial_days) if start_on else None
        try:
            due_on = rules.due_on(plan, first_paid_on, ends_on, tuple(Line(*row[len(_ORDER) :]) for row in group))
        except DomainError:
            # An order that no rule can bill is set aside by the run, and is not billed.
            continue
        if due_on != says_on:
            yield Finding(NEXT, number, "order", key, {"due_on": fact("due_on", due_on), "says_on": fact("says_on", says_on)})


class _Rules:
    """The rules of billing, asked once for each combination of days."""

    def __init__(self) -> None:
        self._schedules = Schedules()
        self.due_on = lru_cache(MOST_REMEMBERED)(self._due_on)

    def _due_on(
        self, plan: int | None, first_paid_on: datetime.date | None, ends_on: datetime.date | None, lines: Sequence[Line]
    ) -> datetime.date | None:
        schedule = self._schedules.of(plan, first_paid_on)
        if schedule is None:
            # Nothing recurs: what is sold once is due on the first day, and then nothing is.
            return first_paid_on if any(line.billed_until is None for line in lines) else None
        billable = [
            BillableLine(place, LinePrice(0), is_recurring=line.is_recurring, billed_until=line.billed_until)
            for place, line in enumerate(lines)
        ]
        terms = Terms(schedule, self._schedules.plans[plan].in_arrears, ends_on)  # type: ignore[index]
        return next_due_on(terms, billable)


def left_behind(moment: Moment) -> Iterator[Finding]:
    """Find orders that should have been billed on an earlier day, wherever on earth they are."""
    yesterday = (moment.at - datetime.timedelta(hours=36)).astimezone(datetime.UTC).date()
    behind = Order.objects.due_on(yesterday).not_set_aside().order_by("next_invoice_on", "pk")
    for key, number, due_on in behind.values_list("pk", "number", "next_invoice_on").iterator(CHUNK):
        yield Finding(STANDSTILL, number, "order", key, {"due_on": fact("due_on", due_on)})


def endings(moment: Moment) -> Iterator[Finding]:
    """Compare each order with its closures."""
    counted = Closure.objects.standing().filter(order=OuterRef("pk")).order_by().values("order").annotate(n=Count("pk"))
    orders: QuerySet[Any] = Order.objects.annotate(open_closures=Coalesce(Subquery(counted.values("n")), 0))
    fits = Q(
        open_closures=1,
        closure__order=F("pk"),
        closure__undone_at=None,
        closure__reopened_at=None,
        closure__effective_on=F("ends_on"),
    )
    not_served = lifecycle.ENDED | lifecycle.OFFERED
    rules = (
        Rule(CHURNED, Q(state=lifecycle.CHURNED) & ~fits, ("open_closures",)),
        Rule(QUIET, Q(state__in=not_served, next_invoice_on__isnull=False), ("next_invoice_on",)),
    )
    yield from broken(orders, rules, Naming("order"))


def closures(moment: Moment) -> Iterator[Finding]:
    """Compare each open closure with its order."""
    # Whether a churned order ends on that day is asked above.
    is_to_come = Q(order__state__in=lifecycle.SERVING, order__ends_on=F("effective_on"))
    fits = Q(order__closure=F("pk"), order__customer=F("customer")) & (Q(order__state=lifecycle.CHURNED) | is_to_come)
    rule = Rule(CLOSURE, ~fits)
    yield from broken(Closure.objects.standing(), (rule,), Naming("order", "order", "order__number"))


def sold(moment: Moment) -> Iterator[Finding]:
    """Compare what triggers copied to each closure with its order."""
    is_theirs = Q(salesperson=F("order__salesperson")) | Q(salesperson=None, order__salesperson=None)
    rule = Rule(SOLD, ~(Q(currency=F("order__currency")) & is_theirs))
    yield from broken(Closure.objects.order_by(), (rule,), Naming("order", "order", "order__number"))


ORDERS = Theme(
    _("Subscriptions"),
    (
        Walk((TALLY,), tally),
        Walk((TOTALS,), totals),
        Walk((LINE,), costs),
        Walk((MRR,), revenue),
        Walk((NEXT,), next_invoices),
        Walk((STANDSTILL,), left_behind),
        Walk((CHURNED, QUIET), endings),
        Walk((CLOSURE,), closures),
        Walk((AGREED, AHEAD), order_changes),
        Walk((SOLD,), sold),
    ),
)
