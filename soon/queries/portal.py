"""What a customer sees of their orders and invoices; staff's preview asks the same questions."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum

from soon.domain.pricing import DocumentTotals, document_totals
from soon.models import Activity, CloseReason, Closure, Company, Customer, Invoice, Order, OrderChange, Pause
from soon.models.closures import NOT_SAID
from soon.printing.positions import Position, position_of_invoice_line, position_of_order_line
from soon.printing.transfers import BankTransfer, Pairs, how_to_pay, transfer_for

from .offers import offer_key
from .order_changes import open_changes
from .pauses import pause_of
from .price_basis import price_basis
from .why import Why, why

# What a customer can read back to without asking.
MOST_MESSAGES = 100
# Older ones stand in the list of all invoices.
LATEST_INVOICES = 12
# Told by the list of invoices already; the conversation should stay one.
TOLD_BY_INVOICES = (
    *("invoice_issued", "invoice_credited", "payment_registered", "payment_left_credit"),
    *("credit_used", "payment_reversed", "settlement_taken_back"),
)


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice with its payment state on the day of the question."""

    invoice: Invoice
    state: str


@dataclass(frozen=True)
class OrderPage:
    """One order as its customer sees it."""

    order: Order
    positions: Sequence[Position]
    totals: DocumentTotals
    invoices: Sequence[InvoiceRow]
    has_older_invoices: bool
    entries: Sequence[Activity]
    is_expired: bool
    offer_key: str
    pause: Pause | None
    changes: Sequence[OrderChange]

    @property
    def rows(self) -> list[tuple[Position, None]]:
        """The positions; why their amounts are what they are stands on the invoices."""
        return [(position, None) for position in self.positions]

    @property
    def price_basis(self) -> str:
        """Whether the prices contain tax, see `price_basis`."""
        return price_basis(each.tax_is_included if each.tax_name else None for each in self.positions)

    @property
    def recurring_minor(self) -> int:
        """What one billing period costs, tax included."""
        return sum(position.net_minor + position.tax_minor for position in self.positions if position.is_recurring)

    @property
    def once_minor(self) -> int:
        """What is charged only once, tax included."""
        return self.totals.total - self.recurring_minor

    @property
    def can_accept(self) -> bool:
        """Whether it is an offer that still holds."""
        return self.order.is_offered and not self.is_expired

    @property
    def can_close(self) -> bool:
        """Whether the customer may close it here: it is served, and its plan lets them."""
        return bool(self.order.is_serving and not self.order.closure_id and self.order.plan and self.order.plan.is_closable)

    @property
    def can_say_why(self) -> bool:
        """Whether the customer closed it and has not said why."""
        reason = self.closure.reason if self.closure else None
        return bool(self.closure and reason and reason.system_code == NOT_SAID)

    @property
    def has_discount(self) -> bool:
        """Whether the document needs a column for discounts."""
        return any(position.discount_percent for position in self.positions)

    @property
    def closure(self) -> Closure | None:
        """Why and when it was closed, once it is."""
        return self.order.closure

    @property
    def last_day_on(self) -> datetime.date | None:
        """The last local date of service of an order that was closed, or ends by itself."""
        return self.closure.effective_on - datetime.timedelta(days=1) if self.closure else self.order.last_day_on


@dataclass(frozen=True)
class InvoicePage:
    """One invoice as its customer sees it."""

    invoice: Invoice
    state: str
    positions: Sequence[Position]
    reasons: Sequence[Why | None]
    totals: DocumentTotals

    @property
    def rows(self) -> list[tuple[Position, Why | None]]:
        """Each position with the derivation of its amount."""
        return list(zip(self.positions, self.reasons, strict=True))

    @property
    def price_basis(self) -> str:
        """Whether the prices contain tax, see `price_basis`."""
        return price_basis(each.tax_is_included if each.tax_name else None for each in self.positions)

    @property
    def transfer(self) -> BankTransfer | None:
        """The transfer of what is still open, for a banking app; None where no code can carry it."""
        return transfer_for(self.invoice, self.invoice.open_minor)

    @property
    def how_to_pay(self) -> Pairs:
        """Names and values of the seller's account, what is still open, and the reference; [] when nothing is to be paid."""
        return how_to_pay(self.invoice, self.invoice.open_minor)

    @property
    def has_discount(self) -> bool:
        """Whether the document needs a column for discounts."""
        return any(position.discount_percent for position in self.positions)


def orders_of(customer: Customer) -> QuerySet[Order]:
    """Return the orders `customer` may see, newest first, ready for a page."""
    return Order.objects.of_customer(customer).select_related("customer", "plan", "salesperson", "closure__reason")


def order_page(order: Order, today: datetime.date) -> OrderPage:
    """Return everything the page of `order` shows on the local date `today`, in four queries; of a subscription in five."""
    lines = list(order.lines.select_related("product", "tax"))
    positions = [position_of_order_line(line, is_exempt=order.customer.is_tax_exempt) for line in lines]
    invoices = list(Invoice.objects.of_customer(order.customer).filter(order=order)[: LATEST_INVOICES + 1])
    # A quotation may have been meant for somebody else before: what was said to them stays between them and us.
    told = Activity.objects.for_customers().filter(order=order, customer=order.customer)
    entries = told.exclude(kind__in=TOLD_BY_INVOICES)[:MOST_MESSAGES]
    return OrderPage(
        order=order,
        positions=positions,
        totals=document_totals(positions),
        invoices=[InvoiceRow(invoice, invoice.payment_state(today)) for invoice in invoices[:LATEST_INVOICES]],
        has_older_invoices=len(invoices) > LATEST_INVOICES,
        entries=list(entries),
        is_expired=bool(order.expires_on and order.expires_on < today),
        offer_key=offer_key(order, lines),
        pause=pause_of(order),
        changes=open_changes(order) if order.state == Order.State.IN_PROGRESS else (),
    )


def invoices_of(customer: Customer) -> QuerySet[Invoice]:
    """Return the documents issued to `customer`, newest first."""
    return Invoice.objects.of_customer(customer).select_related("order", "customer", "refers_to")


def invoice_page(invoice: Invoice, today: datetime.date) -> InvoicePage:
    """Return everything the page of `invoice` shows on the local date `today`."""
    lines = list(invoice.lines.all())
    positions = [position_of_invoice_line(line) for line in lines]
    reasons = [why(line.derivation, invoice.order) for line in lines]
    return InvoicePage(invoice, invoice.payment_state(today), positions, reasons, document_totals(positions))


def reasons_for_customers(policy: str) -> QuerySet[CloseReason]:
    """Return the reasons that a customer may choose; where they may keep it to themselves, "Prefer not to say" is the last."""
    reasons = CloseReason.objects.for_customers()
    if policy != Company.ReasonPolicy.OPTIONAL:
        return reasons
    return CloseReason.objects.filter(Q(pk__in=reasons.values("pk")) | Q(system_code=NOT_SAID))


def open_minor_of(order: Order) -> int:
    """Return what is still to be paid for the invoices of `order`, in minor units of its currency."""
    open_invoices = Invoice.objects.filter(order=order).open()
    return open_invoices.aggregate(open=Sum(F("total_minor") - F("paid_minor")))["open"] or 0
