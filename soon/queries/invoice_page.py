"""Everything the page of one invoice or credit note shows."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from soon.domain.pricing import DocumentTotals, document_totals
from soon.models import Activity, Invoice, InvoiceLine, Letter, Payment, Settlement

from .balances import credit_of
from .price_basis import price_basis
from .why import Why, why


@dataclass(frozen=True)
class InvoiceSheet:
    """A document with its lines and their derivations, what settled it, its credit notes, letters and chatter entries.

    Of a credit note `settlements` are its uses. `unused_payments` were registered for it and settled nothing: it was paid
    already. `credit_minor` is what could settle it now.
    """

    lines: Sequence[tuple[InvoiceLine, Why | None]]
    totals: DocumentTotals
    settlements: Sequence[Settlement]
    unused_payments: Sequence[Payment]
    credit_notes: Sequence[Invoice]
    letters: Sequence[Letter]
    entries: Sequence[Activity]
    last_day_on: datetime.date | None
    credit_minor: int

    @property
    def has_discount(self) -> bool:
        """Whether the column of discounts says anything."""
        return any(line.discount_percent for line, _why in self.lines)

    @property
    def price_basis(self) -> str:
        """Whether the prices contain tax, see `price_basis`."""
        return price_basis(line.tax_is_included if line.tax_name else None for line, _why in self.lines)


def invoice_sheet(invoice: Invoice) -> InvoiceSheet:
    """Return what belongs to `invoice`, in a fixed number of queries."""
    is_invoice = invoice.kind == Invoice.Kind.INVOICE
    lines = list(invoice.lines.all())
    notes = list(invoice.credit_notes.order_by("pk")) if is_invoice else []
    told = Activity.objects.filter(invoice__in=[invoice.pk, *(note.pk for note in notes)])
    return InvoiceSheet(
        lines=[(line, why(line.derivation, invoice.order)) for line in lines],
        totals=document_totals(lines),
        settlements=_settlements(invoice),
        unused_payments=list(invoice.payments.filter(settlements=None).select_related("registered_by")) if is_invoice else [],
        credit_notes=notes,
        letters=list(invoice.letters.prefetch_related("tries").order_by("pk")),
        entries=list(told),
        last_day_on=invoice.period_end - datetime.timedelta(days=1) if invoice.period_end else None,
        credit_minor=credit_of(invoice.customer_id, invoice.currency) if is_invoice and invoice.open_minor else 0,
    )


def _settlements(invoice: Invoice) -> list[Settlement]:
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return list(invoice.uses.select_related("invoice"))
    return list(invoice.settlements.select_related("payment__registered_by", "credit_note"))
