"""Opening balances: what customers still owe becomes a document of a series of its own, what they have a payment on account."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, override

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record_many
from soon.domain.document_numbers import OPENING_SERIES
from soon.models import Company, Customer, Invoice, Payment
from soon.models.bulk import insert_records
from soon.operations.documents import Document, DocumentLine, buyer_of, seller_facts, store_documents, tell_of_invoices
from soon.queries.draft_sheet import bill_once


@dataclass(frozen=True)
class Opening:
    """What `customer` owes (above 0) or has (below), in minor units of `currency`; of an order, where the file tells of one."""

    customer: Customer
    currency: str
    balance_minor: int
    due_on: datetime.date | None
    order_id: int | None = None


def store_balances(opened: Sequence[Opening], *, actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    """Store what customers owe or have on the date `today`. Nobody is written to: they were told where they come from."""
    _store_owed([each for each in opened if each.balance_minor > 0], actor, at, today)
    _store_credit([each for each in opened if each.balance_minor < 0], actor, at, today)


def _store_owed(opened: Sequence[Opening], actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    if not opened:
        return
    company = Company.ours()
    seller = seller_facts(company)
    usual = today + datetime.timedelta(days=company.payment_days)
    documents = [_document(each, seller, today, each.due_on or usual) for each in opened]
    store_documents(documents, at=at)
    tell_of_invoices(documents, actor=actor, at=at)


def _document(each: Opening, seller: str, today: datetime.date, due_on: datetime.date) -> Document:
    buyer = buyer_of(each.customer)
    # Without an address there is no letter, and none is missed (queries/verification/traces.py).
    buyer.email, buyer.facts = "", json.dumps({**json.loads(buyer.facts), "email": ""}, ensure_ascii=False)
    billed = bill_once(each.customer, each.balance_minor, Decimal(1), Decimal(0), None)
    with override(buyer.language):
        description = gettext("Opening balance")
    line = DocumentLine(
        description=description,
        quantity=Decimal(1),
        unit_price_minor=each.balance_minor,
        net_minor=billed.net_minor,
        tax_minor=billed.tax_minor,
        derivation=json.dumps(billed.derivation.as_facts()),
        tax_percent=billed.tax_percent,
    )
    return Document(
        kind=Invoice.Kind.INVOICE,
        buyer=buyer,
        seller=seller,
        currency=each.currency,
        issued_on=today,
        due_on=due_on,
        lines=[line],
        order_id=each.order_id,
        series=OPENING_SERIES,
    )


def _store_credit(opened: Sequence[Opening], actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    payments = []
    for each in opened:
        with override(each.customer.language):
            reference = gettext("Opening balance")
        payments.append(
            Payment(
                customer=each.customer,
                currency=each.currency,
                amount_minor=-each.balance_minor,
                paid_on=today,
                method=Payment.Method.OTHER,
                reference=reference,
                registered_by=actor.user,
                registered_at=at,
            )
        )
    insert_records(payments)
    places = ((payment.customer_id, None, None) for payment in payments)
    told = (
        {"amount": money_fact(payment.amount_minor, payment.currency), "paid_on": today.isoformat()} for payment in payments
    )
    record_many("payment_on_account", zip(places, told, strict=True), actor=actor, at=at)
