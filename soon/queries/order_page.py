"""Everything the page of one order shows, in a handful of queries whatever the order's size."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Min, Q, Subquery, Sum

from soon import formatting
from soon.domain.billing import DuePeriod
from soon.domain.pricing import DocumentTotals, document_totals
from soon.models import Activity, Invoice, Order, OrderLine, OrderTally, User, tax_rule

from .periods import next_due
from .price_basis import price_basis

# Older entries are shown on request.
LATEST = 30
# Nobody counts further through the orders than this.
FAR = 10_000


@dataclass(frozen=True)
class LineAmount:
    """What a line adds to the totals of its document, in minor units."""

    net_minor: int
    tax_minor: int
    tax_percent: Decimal


@dataclass(frozen=True)
class InvoiceFigures:
    """How many documents an order has and what is still to be paid, in minor units."""

    count: int
    open_count: int
    open_minor: int


@dataclass(frozen=True)
class OrderSheet:
    """An order with its lines, told apart, and what follows from them."""

    order: Order
    recurring: Sequence[OrderLine]
    once: Sequence[OrderLine]
    totals: DocumentTotals
    recurring_totals: DocumentTotals
    due: DuePeriod | None

    @property
    def has_lines(self) -> bool:
        """Whether there is anything to send, confirm or invoice."""
        return bool(self.recurring or self.once)

    @property
    def has_discount(self) -> bool:
        """Whether the column of discounts says anything."""
        return any(line.discount_percent for line in (*self.recurring, *self.once))

    @property
    def price_basis(self) -> str:
        """Whether the prices contain tax, see `price_basis`."""
        return price_basis(line.tax.is_included if line.tax else None for line in (*self.recurring, *self.once))

    @property
    def column_count(self) -> int:
        """How many columns the lines have."""
        return 6 if self.has_discount else 5

    @property
    def has_unbilled(self) -> bool:
        """Whether the next invoice would have a line."""
        return self.due is not None or any(line.billed_until is None for line in self.once)


def order_sheet(order: Order) -> OrderSheet:
    """Return `order`, whose customer and plan are fetched, with its lines: one query."""
    lines = list(order.lines.select_related("product", "tax"))
    recurring = [line for line in lines if line.is_recurring]
    return OrderSheet(
        order=order,
        recurring=recurring,
        once=[line for line in lines if not line.is_recurring],
        totals=document_totals(_amount(order, line) for line in lines),
        recurring_totals=document_totals(_amount(order, line) for line in recurring),
        due=next_due(order, lines),
    )


def _amount(order: Order, line: OrderLine) -> LineAmount:
    rule = tax_rule(line.tax, is_exempt=order.customer.is_tax_exempt)
    return LineAmount(line.net_minor, line.tax_minor, rule.charged_percent)


def invoice_figures(order: Order) -> InvoiceFigures:
    """Return the figures of the order's invoices: one query."""
    is_open = Q(kind=Invoice.Kind.INVOICE, paid_minor__lt=F("total_minor"))
    figures = Invoice.objects.filter(order=order).aggregate(
        count=Count("pk"),
        open_count=Count("pk", filter=is_open),
        open_minor=Sum(F("total_minor") - F("paid_minor"), filter=is_open),
    )
    return InvoiceFigures(figures["count"], figures["open_count"], figures["open_minor"] or 0)


def entries_of_order(order: Order, *, limit: int | None = LATEST) -> list[Activity]:
    """Return the latest chatter entries of `order`, one more than `limit` if there are older ones; None: all."""
    entries = Activity.objects.filter(order=order)
    return list(entries if limit is None else entries[: limit + 1])


@dataclass(frozen=True)
class Neighbours:
    """Where an order stands among those its reader may see, newest first; `position` is in words: "7" or "10,000+"."""

    position: str
    total: int
    previous: str
    next: str


def neighbours(order: Order, reader: User) -> Neighbours:
    """Return the place of `order` among the orders visible to `reader`: three queries, quick however many there are."""
    orders = Order.objects.visible_to(reader)
    total = OrderTally.objects.visible_to(reader).aggregate(orders=Sum("orders"))["orders"] or 0
    newer = orders.filter(pk__gt=order.pk).order_by("pk")[:FAR].aggregate(count=Count("pk"), nearest=Min("pk"))
    older = orders.filter(pk__lt=order.pk).order_by("-pk").values("pk")[:1]
    beside = dict(orders.order_by("-pk").filter(Q(pk=newer["nearest"]) | Q(pk=Subquery(older))).values_list("pk", "number"))
    previous = beside.pop(newer["nearest"], "")
    position = formatting.quantity(min(newer["count"] + 1, FAR)) + ("+" if newer["count"] >= FAR else "")
    return Neighbours(position, total, previous, next(iter(beside.values()), ""))


def last_day_of_service(effective_on: datetime.date) -> datetime.date:
    """Return the last local date served when service ends before `effective_on`."""
    return effective_on - datetime.timedelta(days=1)
