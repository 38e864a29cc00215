"""A statement of account on paper."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.domain.statements import CREDIT_NOTE, INVOICE, PAYMENT, PAYOUT, Entry, Span, Statement
from soon.domain.zones import start_of_local_day_utc
from soon.formatting import day, figure, money_text
from soon.models import Company, Customer, Payment

from .sheet import facts_of, party
from .typesetting import typeset

TEMPLATE = "statement.typ"


def words_of(entry: Entry) -> str:
    """Return what kind of entry it is, in the language being spoken: a payment by its method."""
    if entry.kind in (INVOICE, CREDIT_NOTE):
        return _("Invoice") if entry.kind == INVOICE else _("Credit Note")
    method = str(Payment.Method(entry.detail).label)
    if entry.kind == PAYOUT:
        return _("Paid back: %(method)s") % {"method": method}
    words = _("Payment: %(method)s") if entry.kind == PAYMENT else _("Payment reversed: %(method)s")
    return words % {"method": method}


def pdf_of_statement(customer: Customer, span: Span, statement: Statement) -> bytes:
    """Return the statement as PDF in the customer's language; the same entries give the same bytes."""
    dated = start_of_local_day_utc(span.last_on, customer.time_zone)
    with translation.override(customer.language):
        return typeset(TEMPLATE, _page(customer, span, statement), dated=dated)


def _page(customer: Customer, span: Span, statement: Statement) -> dict[str, Any]:
    def amount(minor: int) -> str:
        return figure(minor, span.currency)

    lines = []
    for line in statement.lines:
        entry = line.entry
        raised = entry.moved_minor > 0
        lines.append(
            {
                "day": day(entry.happened_on),
                "words": words_of(entry),
                "note": entry.words,
                "charged": amount(entry.amount_minor) if raised else "",
                "settled": "" if raised else amount(entry.amount_minor),
                "balance": amount(line.balance_minor),
            }
        )
    closing = _("Balance on %(day)s") % {"day": day(span.last_on)}
    return {
        "language": (translation.get_language() or "vi")[:2],
        "title": _("Statement of account"),
        "seller": party(facts_of(Company.ours())),
        "buyer": party(facts_of(customer)),
        "facts": [(_("From"), day(span.first_on)), (_("To"), day(span.last_on)), (_("Currency"), span.currency)],
        "headings": [
            _("Date"),
            _("Document"),
            pgettext("statement", "Charged"),
            pgettext("statement", "Settled"),
            _("Balance"),
        ],
        "opening": (_("Opening balance"), amount(statement.opening_minor)),
        "lines": lines,
        "sums": (_("Total"), amount(statement.charged_minor), amount(statement.settled_minor)),
        "closing": (closing, money_text(statement.closing_minor, span.currency)),
        "remark": remark_on(statement),
        "labels": {"buyer": _("Customer"), "page": _("Page")},
    }


def remark_on(statement: Statement) -> str:
    """Return in words what the closing balance means to the customer."""
    if statement.closing_minor > 0:
        return _("This amount is to be paid.")
    return _("This amount is your credit.") if statement.closing_minor < 0 else _("Everything is settled.")
