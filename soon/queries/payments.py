"""Questions about payments: their list."""

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.models import Customer, Invoice, Payment, search_key

from .balances import UNUSED_MINOR
from .listing import ChoiceDimension, Column, Filter, ListSpec, MonthDimension, Reader, RecordDimension

HOLDS = Q(reversed_at=None)
RECEIVED = Case(When(HOLDS, then=F("amount_minor")), default=Value(0), output_field=BigIntegerField())
UNUSED = Case(When(HOLDS, then=UNUSED_MINOR), default=Value(0), output_field=BigIntegerField())


def search_payments(rows: QuerySet[Payment], text: str) -> QuerySet[Payment]:
    """Return those with every word of `text` in the invoice's number, the customer or the reference."""
    for word in text.split():
        found = Q(invoice__number__icontains=word) | Q(reference__icontains=word)
        rows = rows.filter(found | Q(customer__search_key__contains=search_key(word)))
    return rows


def state_of(payment: Payment, reader: Reader) -> tuple[str, str, str]:
    """Return how the state of a payment is drawn."""
    return "payment", payment.state, ""


def _struck(payment: Payment) -> str:
    return "struck" if payment.reversed_at else ""


PAYMENTS = ListSpec(
    page="payments",
    title=_("Payments"),
    columns=(
        Column("day", _("Payment date"), "paid_on", kind="day", sort=("paid_on",), css="row-title"),
        Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="words"),
        Column("invoice", _("Invoice"), "invoice.number", sort=("invoice__number",), link=("invoice", "invoice_id")),
        Column("method", _("Method"), lambda payment, reader: payment.get_method_display(), sort=("method",)),
        Column("reference", _("Reference"), "reference", css="words"),
        Column("by", _("Registered by"), "registered_by.name", sort=("registered_by__name",), is_shown=False),
        Column("registered", _("Registered"), "registered_at", kind="moment", sort=("registered_at",), is_shown=False),
        Column(
            "amount",
            pgettext_lazy("payment", "Amount"),
            "amount_minor",
            kind="money",
            sort=("amount_minor",),
            total=RECEIVED,
        ),
        Column("unused", _("Unused"), "unused_minor", kind="money", total=UNUSED, is_shown=False),
        Column("state", _("Status"), state_of, kind="pill"),
        Column("currency", _("Currency"), "currency", sort=("currency",), is_shown=False),
    ),
    record=("payment", "pk"),
    row_css=_struck,
    filters=(
        Filter("unused", _("With unused credit"), HOLDS & Q(used_minor__lt=F("amount_minor"))),
        Filter("on_account", _("On account"), Q(invoice=None), group="invoice"),
        Filter("reversed", pgettext_lazy("payment", "Reversed"), Q(reversed_at__isnull=False)),
    ),
    dimensions=(
        MonthDimension("month", _("Month of payment"), "paid_on"),
        ChoiceDimension("method", _("Method"), "method", choices=Payment.Method.choices),
        RecordDimension("customer", _("Customer"), "customer", model=Customer),
        ChoiceDimension("currency", _("Currency"), "currency"),
    ),
    drills=(RecordDimension("invoice", _("Invoice"), "invoice", model=Invoice, names=("number",)),),
    search=search_payments,
    search_hint=_("Invoice, customer, reference"),
    default_sort="-day",
    related=("customer", "invoice", "registered_by"),
    currency="currency",
    icon="banknotes",
    empty_title=_("No payments yet"),
    empty_text=_("Payments are registered on their invoice, or on the page of the customer."),
)
