"""Storing the lines of a draft invoice with every amount that follows from them."""

from django.utils.translation import gettext_lazy as _

from soon.models import InvoiceDraft, InvoiceDraftLine
from soon.operations.refusal import Refusal
from soon.queries.draft_sheet import bill_once

from .prepared import PreparedInvoice, PreparedLine

# Minor units, above any real invoice; sums of many still fit a column.
LARGEST_TOTAL = 10**15


class CannotDraft(Refusal):
    """This makes no draft invoice."""


def checked(draft: PreparedInvoice) -> PreparedInvoice:
    """Return `draft`; raise CannotDraft for an archived customer and somebody else's order."""
    if draft.customer.archived_at:
        raise CannotDraft(_("This customer is archived. Restore the customer first."))
    if draft.order and draft.order.customer_id != draft.customer.pk:
        raise CannotDraft(_("This order belongs to another customer."))
    if draft.order and draft.order.currency != draft.currency:
        raise CannotDraft(_("The order is in %(currency)s; so is its invoice.") % {"currency": draft.order.currency})
    return draft


def store_draft_lines(record: InvoiceDraft, draft: PreparedInvoice) -> None:
    """Replace the lines of `record` by those of `draft` and write its totals. Raises CannotDraft for too large ones."""
    record.lines.all().delete()
    lines = [_line(record, position, line) for position, line in enumerate(draft.lines, start=1)]
    record.untaxed_minor = sum(line.net_minor for line in lines)
    record.tax_minor = sum(line.tax_minor for line in lines)
    record.total_minor = record.untaxed_minor + record.tax_minor
    if record.total_minor > LARGEST_TOTAL:
        raise CannotDraft(_("This amount is too large."))
    InvoiceDraftLine.objects.bulk_create(lines)
    record.save(update_fields=["untaxed_minor", "tax_minor", "total_minor"])


def _line(record: InvoiceDraft, position: int, line: PreparedLine) -> InvoiceDraftLine:
    billed = bill_once(record.customer, line.unit_price_minor, line.quantity, line.discount_percent, line.tax)
    return InvoiceDraftLine(
        draft=record,
        position=position * 10,
        product=line.product,
        description=line.description,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_percent=line.discount_percent,
        tax=line.tax,
        net_minor=billed.net_minor,
        tax_minor=billed.tax_minor,
    )
