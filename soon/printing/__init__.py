"""Documents on paper: made on demand from what the records say, in the customer's language, the same bytes each time."""

from .documents import pdf_of_invoice, pdf_of_order
from .receipts import pdf_of_receipt

__all__ = ["pdf_of_invoice", "pdf_of_order", "pdf_of_receipt"]
