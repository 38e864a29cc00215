"""What a customer takes along when they leave: contracts, invoices, payments, messages and receipts, as one ZIP."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.formatting import day_in_words
from soon.models import Closure, Company, Customer, Invoice, Order
from soon.printing import pdf_of_invoice, pdf_of_order, pdf_of_receipt
from soon.printing.receipts import name_of_receipt

from .csv_text import csv_lines
from .exit_tables import invoice_rows, message_rows, payment_rows
from .parcel import File, safe_name, zipped
from .portal import invoices_of, orders_of

# Of each sort no more papers are printed, the newest; the tables hold all.
MOST_PAPERS = 500
CHUNK = 50


@dataclass(frozen=True)
class Papers:
    """One sort of a customer's papers: in which folder, of which records, and how each is called, dated and printed."""

    label: str
    folder: str
    records: QuerySet[Any, Any]
    name: Callable[[Any], str]
    written_at: Callable[[Any], datetime.datetime]
    pdf: Callable[[Any], bytes]

    def files(self, zone: ZoneInfo) -> Iterator[File]:
        """Yield each as a file, printed when its turn comes."""
        for each in self.records[:MOST_PAPERS].iterator(CHUNK):
            path = f"{self.folder}/{safe_name(self.name(each))}.pdf"
            yield File(path, self.written_at(each).astimezone(zone), map(self.pdf, [each]))


def exit_package(customer: Customer, *, today: datetime.date) -> Iterator[bytes]:
    """Yield the ZIP of everything that `customer` may see, in their language; on one local date `today` the same bytes."""
    parts = zipped(_files(customer, today))
    while True:
        # It is made while it is sent, when the reader's language is no longer active.
        with translation.override(customer.language):
            part = next(parts, None)
        if part is None:
            return
        yield part


def name_of_package(customer: Customer, today: datetime.date) -> str:
    """Return the name of the file, in the customer's language."""
    with translation.override(customer.language):
        return f"{_name('exit-package')}-{today.isoformat()}.zip"


def _files(customer: Customer, today: datetime.date) -> Iterator[File]:
    papers, now = papers_of(customer), datetime.datetime.combine(today, datetime.time())
    yield File(f"{_name('read-me')}.txt", now, [_read_me(customer, today, papers).encode()])
    for sort in papers:
        yield from sort.files(ZoneInfo(customer.time_zone))
    tables = {"invoices": invoice_rows, "payments": payment_rows, "messages": message_rows}
    for name, rows in tables.items():
        yield File(f"{_name(name)}.csv", now, (line.encode() for line in csv_lines(rows(customer))))


def papers_of(customer: Customer) -> list[Papers]:
    """Return every sort of papers there is, in the language being spoken."""
    documents = invoices_of(customer)
    invoices, notes = (documents.filter(kind=kind) for kind in (Invoice.Kind.INVOICE, Invoice.Kind.CREDIT_NOTE))
    closures = Closure.objects.filter(customer=customer, order__customer=customer)
    closures = closures.select_related("order__plan", "order__customer", "customer", "reason")
    return [
        Papers(_("Contracts"), _name("contracts"), orders_of(customer), _number, _agreed_at, pdf_of_order),
        Papers(_("Invoices"), _name("invoices"), invoices, _number, _issued_at, pdf_of_invoice),
        Papers(_("Credit notes"), _name("credit-notes"), notes, _number, _issued_at, pdf_of_invoice),
        Papers(_("Receipts of closings"), _name("closings"), closures, name_of_receipt, _submitted_at, pdf_of_receipt),
    ]


def _name(name: str) -> str:
    """Return what a file or folder is called in the language being spoken."""
    names = {
        "exit-package": pgettext("file name", "exit-package"),
        "read-me": pgettext("file name", "read-me"),
        "contracts": pgettext("file name", "contracts"),
        "invoices": pgettext("file name", "invoices"),
        "credit-notes": pgettext("file name", "credit-notes"),
        "closings": pgettext("file name", "closings"),
        "payments": pgettext("file name", "payments"),
        "messages": pgettext("file name", "messages"),
    }
    return safe_name(names[name])


def _number(record: Order | Invoice) -> str:
    return record.number


def _agreed_at(order: Order) -> datetime.datetime:
    return order.confirmed_at or order.sent_at or order.created_at


def _issued_at(invoice: Invoice) -> datetime.datetime:
    return invoice.issued_at


def _submitted_at(closure: Closure) -> datetime.datetime:
    return closure.submitted_at


def _read_me(customer: Customer, today: datetime.date, papers: list[Papers]) -> str:
    company = Company.ours()
    lines = [
        _("%(company)s: papers of %(customer)s") % {"company": company.name, "customer": customer.name},
        _("Put together on %(day)s.") % {"day": day_in_words(today)},
        "",
    ]
    for sort in papers:
        count = sort.records.count()
        lines.append(f"{sort.folder}/ – {sort.label}: {count}")
        if count > MOST_PAPERS:
            words = _("Of these the newest %(most)s are here on paper. Please ask us for the others.")
            lines.append("  " + words % {"most": MOST_PAPERS})
    tables = {
        "invoices": _("All invoices and credit notes as a table"),
        "payments": _("All payments as a table"),
        "messages": _("Messages and what happened, oldest first"),
    }
    lines += [f"{_name(name)}.csv – {words}" for name, words in tables.items()]
    lines += [
        "",
        _("Amounts in the tables have a point before their decimals; days are written year-month-day."),
    ]
    reach = " · ".join(part for part in (company.email, company.phone) if part)
    if reach:
        lines.append(_("Questions: %(reach)s") % {"reach": reach})
    # Notepad breaks lines only here.
    return "\ufeff" + "\r\n".join(lines) + "\r\n"
