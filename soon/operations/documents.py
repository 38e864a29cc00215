"""Issuing documents: the one way in which invoices and credit notes come into being, one or a thousand at a time."""

import datetime
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record_many
from soon.domain.document_numbers import SERIES, document_number
from soon.mail.queue import CustomerLetter, queue_letters_to_customers
from soon.models import Company, Customer, Invoice, InvoiceLine
from soon.models.bulk import insert_rows, reserve_ids
from soon.operations.numbers import take_numbers

_PARTY_FIELDS = ("name", "street", "city", "country", "tax_number", "email", "phone", "postcode")
_SELLER_FIELDS = (*_PARTY_FIELDS, "bank_account", "bank_bin", "bank_account_number", "bank_account_name")


@dataclass(slots=True)
class DocumentLine:
    """A line to be issued; amounts in minor units, the period half-open local dates, `derivation` as JSON text."""

    description: str
    quantity: Decimal
    unit_price_minor: int
    net_minor: int
    tax_minor: int
    derivation: str = "{}"
    order_line_id: int | None = None
    product_id: int | None = None
    discount_percent: Decimal = Decimal(0)
    tax_name: str = ""
    tax_percent: Decimal = Decimal(0)
    tax_is_included: bool = False
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    is_charge: bool = True
    credits_line_id: int | None = None


@dataclass(slots=True)
class Buyer:
    """Whom a document is for, as they are on the day of issue; `facts` are what it prints, as JSON text."""

    customer_id: int
    name: str
    email: str
    language: str
    facts: str


@dataclass(slots=True)
class Document:
    """A document to be issued on the local date `issued_on`. `pk` and `number` are known once it is stored.

    `reopening` says how often its order had been reopened, `settled_minor` what the customer's credit has paid already.
    """

    kind: str
    buyer: Buyer
    seller: str
    currency: str
    issued_on: datetime.date
    due_on: datetime.date
    lines: Sequence[DocumentLine]
    order_id: int | None = None
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    refers_to_id: int | None = None
    reason: str = ""
    # Of which series its number is; "" for that of its kind.
    series: str = ""
    reopening: int = 0
    settled_minor: int = 0
    pk: int = 0
    number: str = ""
    net_minor: int = field(init=False)
    tax_minor: int = field(init=False)

    def __post_init__(self) -> None:
        self.net_minor = sum(line.net_minor for line in self.lines)
        self.tax_minor = sum(line.tax_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        """What is to be paid, or given back."""
        return self.net_minor + self.tax_minor


def buyer_of(customer: Customer, *, reference: str = "") -> Buyer:
    """Return `customer` as a document names them; `reference` is their own word for the order."""
    facts = {name: str(getattr(customer, name)) for name in _PARTY_FIELDS}
    return Buyer(customer.pk, customer.name, customer.email, customer.language, buyer_facts(facts, reference))


def buyer_facts(party: Mapping[str, str], reference: str) -> str:
    """Return what a document prints of its buyer, as JSON text."""
    return json.dumps({**party, "reference": reference}, ensure_ascii=False)


def seller_facts(company: Company) -> str:
    """Return what a document prints of us, as JSON text: who we are and where the money goes."""
    return json.dumps({name: str(getattr(company, name, "")) for name in _SELLER_FIELDS}, ensure_ascii=False)


def store_documents(documents: Sequence[Document], *, at: datetime.datetime) -> None:
    """Store `documents` with their lines, in few statements, and give them their keys and gap-free numbers.

    Call it as the last thing that may refuse: the numbers stay locked until the transaction ends. Raises IntegrityError where
    a period of a line was charged before.
    """
    for document, key in zip(documents, reserve_ids(Invoice, len(documents)), strict=True):
        document.pk = key
    # Lines come first: a stored document takes no more of them (models/guards.py).
    insert_rows(InvoiceLine, _LINE_COLUMNS, (_line_row(*placed) for placed in _placed_lines(documents)))
    _number(documents)
    insert_rows(Invoice, _DOCUMENT_COLUMNS, (_document_row(document, at) for document in documents))


def tell_of_invoices(documents: Sequence[Document], *, actor: Actor, at: datetime.datetime) -> None:
    """Write the chatter entry of each stored invoice, and queue its letter to those who have an e-mail address."""
    facts = (
        {
            "invoice": document.number,
            "total": money_fact(document.total_minor, document.currency),
            "due_on": document.due_on.isoformat(),
        }
        for document in documents
    )
    places = ((document.buyer.customer_id, document.order_id, document.pk) for document in documents)
    record_many("invoice_issued", zip(places, facts, strict=True), actor=actor, at=at)
    queue_letters_to_customers("invoice", [_letter(document) for document in documents if document.buyer.email], at=at)


def _letter(document: Document) -> CustomerLetter:
    buyer = document.buyer
    event_key = f"invoice:{document.pk}"
    return CustomerLetter(event_key, buyer.customer_id, buyer.email, buyer.name, buyer.language, document.order_id, document.pk)


def _number(documents: Sequence[Document]) -> None:
    """Give the documents of each series and year its next numbers, in their order."""
    series: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for document in documents:
        series[document.series or SERIES[document.kind], document.issued_on.year].append(document)
    # Always in the same order, so that two who number in two series never wait for each other.
    for (code, year), members in sorted(series.items()):
        for document, count in zip(members, take_numbers(code, year, len(members)), strict=True):
            document.number = document_number(code, year, count)


def _placed_lines(documents: Sequence[Document]) -> list[tuple[Document, int, DocumentLine]]:
    return [(document, 10 * position, line) for document in documents for position, line in enumerate(document.lines, start=1)]


_DOCUMENT_COLUMNS = (
    "id number kind order_id refers_to_id reason customer_id currency issued_on due_on issued_at period_start period_end "
    "untaxed_minor tax_minor total_minor paid_minor credited_minor language buyer seller reopening"
).split()


def _document_row(document: Document, at: datetime.datetime) -> tuple[object, ...]:
    return (
        document.pk,
        document.number,
        document.kind,
        document.order_id,
        document.refers_to_id,
        document.reason,
        document.buyer.customer_id,
        document.currency,
        document.issued_on,
        document.due_on,
        at,
        document.period_start,
        document.period_end,
        document.net_minor,
        document.tax_minor,
        document.net_minor + document.tax_minor,
        document.settled_minor,
        0,
        document.buyer.language,
        document.buyer.facts,
        document.seller,
        document.reopening,
    )


_LINE_COLUMNS = (
    "invoice_id customer_id position order_line_id product_id credits_line_id description quantity unit_price_minor "
    "discount_percent tax_name tax_percent tax_is_included period_start period_end net_minor tax_minor derivation is_charge "
    "reopening"
).split()


def _line_row(document: Document, position: int, line: DocumentLine) -> tuple[object, ...]:
    return (
        document.pk,
        document.buyer.customer_id,
        position,
        line.order_line_id,
        line.product_id,
        line.credits_line_id,
        line.description,
        line.quantity,
        line.unit_price_minor,
        line.discount_percent,
        line.tax_name,
        line.tax_percent,
        line.tax_is_included,
        line.period_start,
        line.period_end,
        line.net_minor,
        line.tax_minor,
        line.derivation,
        line.is_charge,
        document.reopening,
    )
