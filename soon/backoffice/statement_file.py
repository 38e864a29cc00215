"""The statement of account as a file."""

from collections.abc import Iterator

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.domain.statements import Span, Statement
from soon.models import Customer
from soon.printing.statements import words_of
from soon.queries.csv_text import Plain

from .cells import major
from .table_files import Head, Table, table_file


def statement_table(customer: Customer, span: Span, statement: Statement, kind: str) -> HttpResponseBase:
    """Return the statement as a file of `kind` "csv" or "xlsx", from its opening balance to the closing one."""
    heads = (
        Head(_("Date"), "day"),
        Head(_("Document")),
        Head(_("Number or reference")),
        Head(pgettext("statement", "Charged"), "money"),
        Head(pgettext("statement", "Settled"), "money"),
        Head(_("Balance"), "money"),
        Head(_("Currency")),
    )
    return table_file(Table(f"{span.file_name}-{customer.pk}", _("Statement of account"), heads, _lines(span, statement)), kind)


def _lines(span: Span, statement: Statement) -> Iterator[list[Plain]]:
    currency = span.currency
    yield [span.first_on, _("Opening balance"), "", None, None, major(statement.opening_minor, currency), currency]
    for line in statement.lines:
        entry, amount = line.entry, major(line.entry.amount_minor, currency)
        amounts: list[Plain] = [amount, None] if entry.moved_minor > 0 else [None, amount]
        balance = major(line.balance_minor, currency)
        yield [entry.happened_on, words_of(entry), entry.words, *amounts, balance, currency]
    yield [span.last_on, _("Closing balance"), "", None, None, major(statement.closing_minor, currency), currency]
