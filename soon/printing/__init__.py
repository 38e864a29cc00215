"""Documents on paper: made on demand from what the records say, in the customer's language, the same bytes each time."""

from .documents import pdf_of_invoice, pdf_of_order

__all__ = ["pdf_of_invoice", "pdf_of_order"]
