"""The statement of account of a customer: on screen, on paper, as CSV."""

from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from soon.domain.statements import Span
from soon.domain.zones import local_date
from soon.models import Customer
from soon.printing.statements import pdf_of_statement, words_of
from soon.queries.balances import currencies_of
from soon.queries.statement import read_span, statement_of

from .access import StaffRequest, staff
from .answers import pdf_answer
from .statement_file import statement_table
from .table_files import FORMATS

# It tells of every document of the customer, whoever sold it.
SEES_STATEMENTS = ("see_customers", "see_invoices", "see_all_orders")


@require_safe
@staff(*SEES_STATEMENTS)
def customer_statement(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show what moved the customer's balance between two days; `?format=` hands the same out as a file."""
    customer, span, currencies = _asked(request, pk)
    found = statement_of(customer, span)
    if request.GET.get("format") in FORMATS:
        return statement_table(customer, span, found, request.GET["format"])
    context = {
        "customer": customer,
        "span": span,
        "statement": found,
        "rows": [(line, words_of(line.entry)) for line in found.lines],
        "currencies": currencies,
    }
    return render(request, "backoffice/customers/statement.html", context)


@require_safe
@staff(*SEES_STATEMENTS)
def customer_statement_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the statement out on paper, in the customer's language."""
    customer, span, _currencies = _asked(request, pk)
    return pdf_answer(pdf_of_statement(customer, span, statement_of(customer, span)), span.file_name)


def _asked(request: StaffRequest, pk: int) -> tuple[Customer, Span, Sequence[str]]:
    """Return whose statement is asked for, of which days, and the currencies there are."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    currencies = currencies_of(customer)
    return customer, read_span(request.GET, currencies, local_date(timezone.now(), customer.time_zone)), currencies
