"""A customer's own statement of account."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from soon.domain.statements import Span
from soon.domain.zones import local_date
from soon.printing.statements import pdf_of_statement, remark_on, words_of
from soon.queries.balances import currencies_of
from soon.queries.statement import read_span, statement_of

from .access import CustomerRequest, customer_required
from .downloads import pdf_response


@require_safe
@customer_required
def statement(request: CustomerRequest) -> HttpResponse:
    """Show what moved the customer's own balance between two days."""
    currencies = currencies_of(request.customer)
    span = _span(request, currencies)
    found = statement_of(request.customer, span)
    context = {
        "span": span,
        "statement": found,
        "rows": [(line, words_of(line.entry)) for line in found.lines],
        "currencies": currencies,
        "remark": remark_on(found),
        "section": "invoices",
    }
    return render(request, "portal/statement.html", context)


@require_safe
@customer_required
def statement_pdf(request: CustomerRequest) -> HttpResponse:
    """Show the same on paper."""
    span = _span(request, currencies_of(request.customer))
    return pdf_response(pdf_of_statement(request.customer, span, statement_of(request.customer, span)), span.file_name)


def _span(request: CustomerRequest, currencies: Sequence[str]) -> Span:
    return read_span(request.GET, currencies, local_date(request.at, request.customer.time_zone))
