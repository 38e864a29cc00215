"""What a draft invoice will charge, by the tax rules that hold for its customer today."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from soon.domain.billing import BilledLine, bill_line
from soon.domain.pricing import DocumentTotals, LinePrice, document_totals
from soon.models import Customer, InvoiceDraft, InvoiceDraftLine, Tax, tax_rule

from .price_basis import price_basis


@dataclass(frozen=True)
class DraftSheet:
    """A draft with each of its lines and what it costs, in minor units."""

    draft: InvoiceDraft
    lines: Sequence[tuple[InvoiceDraftLine, BilledLine]]
    totals: DocumentTotals

    @property
    def has_discount(self) -> bool:
        """Whether the column of discounts says anything."""
        return any(line.discount_percent for line, _billed in self.lines)

    @property
    def price_basis(self) -> str:
        """Whether the prices contain tax, see `price_basis`."""
        return price_basis(line.tax.is_included if line.tax else None for line, _billed in self.lines)


def draft_sheet(draft: InvoiceDraft) -> DraftSheet:
    """Return `draft`, whose customer is fetched, with its lines: one query."""
    stored = draft.lines.select_related("product", "tax")
    lines = [
        (line, bill_once(draft.customer, line.unit_price_minor, line.quantity, line.discount_percent, line.tax))
        for line in stored
    ]
    return DraftSheet(draft, lines, document_totals(billed for _line, billed in lines))


def bill_once(
    customer: Customer, unit_price_minor: int, quantity: Decimal, discount_percent: Decimal, tax: Tax | None
) -> BilledLine:
    """Return what something sold once costs `customer`: net, tax and derivation, rounded once."""
    price = LinePrice(unit_price_minor, quantity, discount_percent)
    return bill_line(price, tax_rule(tax, is_exempt=customer.is_tax_exempt))
