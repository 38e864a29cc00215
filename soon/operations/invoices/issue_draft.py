"""Issuing a draft: it becomes an invoice, final from then on."""

import datetime
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.domain.billing import BilledLine
from soon.models import Company, Invoice, InvoiceDraft, InvoiceDraftLine
from soon.operations.credit import open_credits, store_uses, use_credit
from soon.operations.documents import (
    Document,
    DocumentLine,
    buyer_of,
    seller_facts,
    store_documents,
    tell_of_invoices,
)
from soon.operations.refusal import Refusal
from soon.queries.draft_sheet import DraftSheet, draft_sheet

from ._taken import taken


class CannotIssueDraft(Refusal):
    """The draft stays a draft."""


@transaction.atomic
def issue_draft(
    draft: InvoiceDraft,
    *,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    expected_total_minor: int | None = None,
) -> Invoice:
    """Make the draft an invoice dated `today` (local), with number and letter, and return it; the draft is gone then.

    Open credit of the customer pays for it first. `expected_total_minor` is what the caller saw: a draft that somebody changed
    meanwhile is not issued. Raises CannotIssueDraft for that and for a draft without lines, DraftIsGone where somebody was
    faster; then nothing is written and no number is used.
    """
    draft = taken(draft)
    sheet = draft_sheet(draft)
    if not sheet.lines:
        raise CannotIssueDraft(_("This draft has no lines yet."))
    if expected_total_minor not in (None, sheet.totals.total):
        raise CannotIssueDraft(_("This draft has been changed in the meantime. Look at it again before you issue it."))
    document = _document(sheet, today)
    uses = use_credit([document], open_credits({draft.customer_id}))
    store_documents([document], at=at)
    store_uses(uses, actor=actor, at=at, today=today)
    tell_of_invoices([document], actor=actor, at=at)
    invoice = Invoice.objects.select_related("customer", "order").get(pk=document.pk)
    if draft.created_by:
        facts = {"invoice": invoice.number, "author": str(draft.created_by)}
        about: dict[str, Any] = {"customer": draft.customer, "order": draft.order, "invoice": invoice}
        record("draft_issued", **about, actor=actor, at=at, facts=facts)
    draft.delete()
    return invoice


def _document(sheet: DraftSheet, today: datetime.date) -> Document:
    draft, company = sheet.draft, Company.ours()
    buyer = buyer_of(draft.customer, reference=draft.order.customer_reference if draft.order else "")
    return Document(
        kind=Invoice.Kind.INVOICE,
        buyer=buyer,
        seller=seller_facts(company),
        currency=draft.currency,
        issued_on=today,
        due_on=today + datetime.timedelta(days=company.payment_days),
        lines=[_line(line, billed, buyer.language) for line, billed in sheet.lines],
        order_id=draft.order_id,
    )


def _line(line: InvoiceDraftLine, billed: BilledLine, language: str) -> DocumentLine:
    name = line.product.name_in(language)
    return DocumentLine(
        description=f"{name} – {line.description}" if line.description else name,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        net_minor=billed.net_minor,
        tax_minor=billed.tax_minor,
        derivation=json.dumps(billed.derivation.as_facts()),
        product_id=line.product_id,
        discount_percent=line.discount_percent,
        tax_name=line.tax.name_in(language) if line.tax else "",
        tax_percent=billed.tax_percent,
        tax_is_included=line.tax.is_included if line.tax else False,
    )
