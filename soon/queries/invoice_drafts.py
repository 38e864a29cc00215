"""Questions about draft invoices: their list."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from soon.models import Customer, InvoiceDraft, search_key

from .listing import ChoiceDimension, Column, Filter, ListSpec, RecordDimension


def search_drafts(rows: QuerySet[InvoiceDraft], text: str) -> QuerySet[InvoiceDraft]:
    """Return those with every word of `text` in the customer, the order's number or the note."""
    for word in text.split():
        found = Q(order__number__icontains=word) | Q(note__icontains=word)
        rows = rows.filter(found | Q(customer__search_key__contains=search_key(word)))
    return rows


DRAFTS = ListSpec(
    page="invoice_drafts",
    title=_("Draft invoices"),
    columns=(
        Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="row-title words"),
        Column("order", _("Order"), "order.number", sort=("order_id",), link=("order", "order.number")),
        Column("note", _("Internal note"), "note", css="words"),
        Column("by", _("Prepared by"), "created_by.name", sort=("created_by__name",)),
        Column("created", _("Created"), "created_at", kind="moment", sort=("created_at",)),
        Column("untaxed", _("Untaxed amount"), "untaxed_minor", kind="money", total="untaxed_minor", is_shown=False),
        Column("tax", _("Tax"), "tax_minor", kind="money", total="tax_minor", is_shown=False),
        Column("total", _("Total"), "total_minor", kind="money", sort=("total_minor",), total="total_minor"),
        Column("currency", _("Currency"), "currency", sort=("currency",), is_shown=False),
    ),
    record=("invoice_draft", "pk"),
    filters=(Filter("mine", _("Prepared by me"), lambda reader: Q(created_by=reader.user)),),
    dimensions=(
        RecordDimension("customer", _("Customer"), "customer", model=Customer),
        ChoiceDimension("currency", _("Currency"), "currency"),
    ),
    search=search_drafts,
    search_hint=_("Customer, order, note"),
    default_sort="-created",
    related=("customer", "order", "created_by"),
    currency="currency",
    new_page="invoice_draft_new",
    new_right="issue_invoices",
    icon="pencil-square",
    empty_title=_("No draft invoices"),
    empty_text=_("What is charged outside a subscription is prepared here and issued when it is right."),
)
