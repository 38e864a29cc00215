"""How the numbers of issued documents are written: INV/2026/00042."""

from collections.abc import Mapping

# The series of each kind of document; every year of issue counts from 1.
SERIES: Mapping[str, str] = {"invoice": "INV", "credit_note": "CN"}
# What customers owed when they were brought in was invoiced elsewhere: it must not stand among our invoices.
OPENING_SERIES = "OB"


def document_number(series: str, year: int, count: int) -> str:
    """Return the number of the document counted `count` in its series and year; at least five digits."""
    return f"{series}/{year}/{count:05d}"
