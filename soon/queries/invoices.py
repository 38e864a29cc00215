"""Questions about invoices and credit notes: their list."""

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.models import Customer, Invoice, Order

from .listing import ChoiceDimension, Column, Dimension, Filter, ListSpec, MonthDimension, Reader, RecordDimension
from .words import document_ways, narrowed

IS_INVOICE = Q(kind=Invoice.Kind.INVOICE)
IS_SETTLED = IS_INVOICE & Q(paid_minor=F("total_minor"))
IS_CREDITED = Q(credited_minor=F("total_minor"), total_minor__gt=0)
IS_OPEN = IS_INVOICE & Q(paid_minor__lt=F("total_minor"))

OPEN_MINOR = Case(When(IS_INVOICE, then=F("total_minor") - F("paid_minor")), default=Value(0))


def search_invoices(rows: QuerySet[Invoice], text: str) -> QuerySet[Invoice]:
    """Return those with every word of `text` in the customer, or meaning the number ("31", "INV/2026/…") or the order's."""
    return narrowed(rows, text, document_ways)


def payment_pill_of(invoice: Invoice, reader: Reader) -> tuple[str, str, str]:
    """Return how the payment state is drawn on the reader's day."""
    return "invoice", invoice.payment_state(reader.today), ""


def _open_of(invoice: Invoice, reader: Reader) -> int | None:
    return invoice.open_minor if invoice.kind == Invoice.Kind.INVOICE else None


COLUMNS = (
    Column("number", _("Number"), "number", sort=("number",), link=("invoice", "pk"), css="row-title"),
    Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="words"),
    Column("order", _("Order"), "order.number", sort=("order_id",), link=("order", "order.number")),
    Column("issued", _("Invoice date"), "issued_on", kind="day", sort=("issued_on",)),
    Column("due", _("Due date"), "due_on", kind="day", sort=("due_on",)),
    Column("period_start", _("Period from"), "period_start", kind="day", sort=("period_start",), is_shown=False),
    Column("period_end", _("Period before"), "period_end", kind="day", sort=("period_end",), is_shown=False),
    Column(
        "untaxed",
        _("Untaxed amount"),
        "untaxed_minor",
        kind="money",
        sort=("untaxed_minor",),
        total="untaxed_minor",
        is_shown=False,
    ),
    Column("tax", _("Tax"), "tax_minor", kind="money", total="tax_minor", is_shown=False),
    Column("total", _("Total"), "total_minor", kind="money", sort=("total_minor",), total="total_minor"),
    Column("paid", _("Paid"), "paid_minor", kind="money", sort=("paid_minor",), total="paid_minor", is_shown=False),
    Column("open", _("Still to pay"), _open_of, kind="money", total=OPEN_MINOR),
    Column("state", _("Status"), payment_pill_of, kind="pill"),
    Column("currency", _("Currency"), "currency", sort=("currency",), is_shown=False),
)

FILTERS = (
    Filter("due", pgettext_lazy("invoice", "Due"), lambda reader: IS_OPEN & Q(paid_minor=0, due_on__gte=reader.today)),
    Filter("partly_paid", _("Partly paid"), lambda reader: IS_OPEN & Q(paid_minor__gt=0, due_on__gte=reader.today)),
    Filter("overdue", _("Overdue"), lambda reader: IS_OPEN & Q(due_on__lt=reader.today)),
    Filter("paid", _("Paid"), IS_SETTLED & ~IS_CREDITED),
    Filter("credited", pgettext_lazy("invoice", "Credited"), IS_SETTLED & IS_CREDITED),
    Filter("credit_notes", _("Credit notes"), Q(kind=Invoice.Kind.CREDIT_NOTE)),
    Filter("open", _("Not fully paid"), IS_OPEN, group="open"),
)

DIMENSIONS: tuple[Dimension, ...] = (
    RecordDimension("customer", _("Customer"), "customer", model=Customer),
    MonthDimension("month", _("Invoice month"), "issued_on"),
    MonthDimension("due_month", _("Due month"), "due_on"),
    ChoiceDimension("kind", _("Type"), "kind", choices=Invoice.Kind.choices),
    ChoiceDimension("currency", _("Currency"), "currency"),
)

INVOICES = ListSpec(
    page="invoices",
    title=_("Invoices"),
    columns=COLUMNS,
    record=("invoice", "pk"),
    filters=FILTERS,
    dimensions=DIMENSIONS,
    drills=(RecordDimension("order", _("Order"), "order", model=Order, names=("number",)),),
    search=search_invoices,
    search_hint=_("Number, customer, order"),
    default_sort="-issued",
    related=("customer", "order"),
    currency="currency",
    icon="document-currency-dollar",
    empty_title=_("No invoices yet"),
    empty_text=_("Invoices are made from an order in progress, with Create Invoice."),
)
