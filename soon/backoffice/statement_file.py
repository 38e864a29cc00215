"""The statement of account as CSV."""

import csv
import io
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.domain.money import to_decimal_string
from soon.domain.statements import Span, Statement
from soon.models import Customer
from soon.printing.statements import words_of
from soon.queries.csv_text import MARK, harmless

from .cells import Plain


def statement_csv(customer: Customer, span: Span, statement: Statement) -> HttpResponse:
    """Return the statement as a file: amounts in major units by machine notation, days in ISO 8601, text never as a formula."""

    def major(minor: int) -> Decimal:
        return Decimal(to_decimal_string(minor, span.currency))

    text = io.StringIO()
    writer = csv.writer(text)
    charged, settled = pgettext("statement", "Charged"), pgettext("statement", "Settled")
    writer.writerow([_("Date"), _("Document"), _("Number or reference"), charged, settled, _("Balance"), _("Currency")])
    writer.writerow(
        [span.first_on.isoformat(), _("Opening balance"), "", "", "", major(statement.opening_minor), span.currency]
    )
    for line in statement.lines:
        entry = line.entry
        row: list[Plain] = [entry.happened_on, words_of(entry), entry.words]
        amounts: list[Plain] = [major(entry.amount_minor), None] if entry.moved_minor > 0 else [None, major(entry.amount_minor)]
        writer.writerow([harmless(value) for value in (*row, *amounts, major(line.balance_minor), span.currency)])
    writer.writerow([span.last_on.isoformat(), _("Closing balance"), "", "", "", major(statement.closing_minor), span.currency])
    response = HttpResponse(MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{span.file_name}-{customer.pk}.csv"'
    return response
