"""Tables of what a customer takes along when they leave: documents, payments and messages, all of them, row by row."""

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.activity.feed import NOTES, filled
from soon.activity.kinds import CUSTOMER, KINDS
from soon.domain.money import to_decimal_string
from soon.models import Activity, Customer, Payment

from .csv_text import Plain
from .portal import invoices_of

CHUNK = 500
Rows = Iterator[list[Plain]]


def invoice_rows(customer: Customer) -> Rows:
    """Yield the customer's invoices and credit notes, newest first, under their headings; amounts in major units."""
    amounts = [_("Untaxed amount"), _("Tax"), _("Total"), _("Paid"), _("Currency")]
    yield [_("Number"), _("Type"), _("Order"), _("Invoice date"), _("Due date"), *amounts]
    for each in invoices_of(customer).iterator(CHUNK):
        minors = (each.untaxed_minor, each.tax_minor, each.total_minor, each.paid_minor)
        order = each.order.number if each.order else ""
        figures = [_major(minor, each.currency) for minor in minors]
        yield [each.number, str(each.get_kind_display()), order, each.issued_on, each.due_on, *figures, each.currency]


def payment_rows(customer: Customer) -> Rows:
    """Yield the customer's payments, newest first, also those that were reversed, under their headings."""
    yield [_("Payment date"), _("Method"), _("Reference"), _("Invoice"), _("Amount"), _("Currency"), _("Reversed")]
    zone = ZoneInfo(customer.time_zone)
    for each in Payment.objects.filter(customer=customer).select_related("invoice").iterator(CHUNK):
        back = each.reversed_at.astimezone(zone).date() if each.reversed_at else None
        number = each.invoice.number if each.invoice else ""
        amount = _major(each.amount_minor, each.currency)
        yield [each.paid_on, str(each.get_method_display()), each.reference, number, amount, each.currency, back]


def message_rows(customer: Customer) -> Rows:
    """Yield what was written to and by the customer, and what they were told of, oldest first, under its headings."""
    yield [_("Time"), _("Order"), pgettext("message", "From"), _("Message")]
    zone = ZoneInfo(customer.time_zone)
    told = Activity.objects.for_customers().filter(customer=customer).select_related("order").order_by("at", "pk")
    for each in told.iterator(CHUNK):
        author = each.actor_name or _("The system")
        order = each.order.number if each.order else ""
        yield [each.at.astimezone(zone), order, author, _words_of(each, author)]


def _words_of(activity: Activity, author: str) -> str:
    if activity.kind in NOTES:
        return activity.text
    return filled(str(KINDS[activity.kind].sentence_for(CUSTOMER)), {**activity.facts, "actor": author})


def _major(minor: int, currency: str) -> Decimal:
    return Decimal(to_decimal_string(minor, currency))
