"""Crediting an invoice: a document of its own that takes back all of it or a part, with a reason."""

import datetime
import json
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain.crediting import Creditable, NotCreditable
from soon.models import Invoice, InvoiceLine
from soon.operations.credit_notes import issue_credit_note
from soon.operations.documents import DocumentLine
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of
from soon.queries.creditable import creditable_lines

LONGEST_REASON = 300


class CannotCredit(Refusal):
    """The invoice stays as it is."""


@transaction.atomic
def credit(
    invoice: Invoice,
    *,
    reason: str,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    amounts: Mapping[int, int] | None = None,
    expected_credited_minor: int | None = None,
) -> Invoice:
    """Issue a credit note dated `today` (local) and return it; its letter with the PDF goes to the customer.

    `amounts` says how much to give back of which line (by key), in minor units, tax included; without them, everything that was
    not credited before. What the invoice still needs is settled by it, the rest is the customer's credit.
    `expected_credited_minor` is what the caller saw as credited: a second press of the same form is refused.

    Raises CannotCredit without a reason, for a credit note, and for more than is left of a line; then nothing is written and no
    number is used.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise CannotCredit(_("Say in at most 300 characters why the invoice is credited."))
    lock_money_of(invoice.customer_id)
    invoice = Invoice.objects.select_related("customer", "order").get(pk=invoice.pk)
    if invoice.kind != Invoice.Kind.INVOICE:
        raise CannotCredit(_("Only an invoice can be credited."))
    if expected_credited_minor not in (None, invoice.credited_minor):
        raise CannotCredit(_("This invoice has been credited in the meantime. Look at what is left of it."))
    return issue_credit_note(invoice, _lines(invoice, amounts), reason=reason, actor=actor, at=at, today=today)


def _lines(invoice: Invoice, amounts: Mapping[int, int] | None) -> list[DocumentLine]:
    left = creditable_lines(invoice)
    if amounts is None:
        amounts = {line.pk: part.open_minor for line, part in left}
    wanted = {key: amount for key, amount in amounts.items() if amount}
    if wanted.keys() - {line.pk for line, _part in left}:
        raise CannotCredit(_("This line is not on the invoice."))
    if not wanted:
        raise CannotCredit(_("There is nothing to credit."))
    try:
        return [_line(line, part, wanted[line.pk]) for line, part in left if line.pk in wanted]
    except NotCreditable as error:
        raise CannotCredit(_("More than is left of a line cannot be credited.")) from error


def _line(line: InvoiceLine, part: Creditable, gross_minor: int) -> DocumentLine:
    """Return what is given back of `line`: all of it as it was charged, or a part as an amount of its own."""
    net_minor, tax_minor = part.part(gross_minor)
    is_whole = gross_minor == part.charged_minor
    price_of_part = gross_minor if line.tax_is_included else net_minor
    return DocumentLine(
        description=line.description,
        quantity=line.quantity if is_whole else Decimal(1),
        unit_price_minor=line.unit_price_minor if is_whole else price_of_part,
        discount_percent=line.discount_percent if is_whole else Decimal(0),
        net_minor=net_minor,
        tax_minor=tax_minor,
        derivation=json.dumps(part.as_facts(gross_minor)),
        order_line_id=line.order_line_id,
        product_id=line.product_id,
        tax_name=line.tax_name,
        tax_percent=line.tax_percent,
        tax_is_included=line.tax_is_included,
        period_start=line.period_start,
        period_end=line.period_end,
        is_charge=False,
        credits_line_id=line.pk,
    )
