"""Settling: which money counts for which invoice. The one way in which payments and credit notes meet existing invoices.

Whoever moves money of a customer locks the customer first, then payments, then credit notes, then invoices, so that two never
overshoot and never wait for each other in a circle. On SQLite the transaction itself is the lock.
"""

import datetime
from collections.abc import Collection

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from soon.models import Customer, Invoice, Payment, Settlement
from soon.models.bulk import any_of

from .refusal import Refusal


class MoneyMoved(Refusal):
    """Somebody used or took back the same money in the meantime."""


def lock_money_of(customer_id: int) -> None:
    """Let nobody else settle documents of this customer until the transaction ends."""
    # Not the key: other transactions may still refer to the customer.
    Customer.objects.select_for_update(no_key=True).values_list("pk").get(pk=customer_id)


def lock_money_of_all(customers: Collection[int]) -> None:
    """Let nobody else settle documents of these customers until the transaction ends."""
    wanted = Customer.objects.filter(pk__in=any_of(sorted(customers)))
    # In the order of their keys, so that two who need the same never wait for each other in a circle.
    list(wanted.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def settle(
    invoice: Invoice, source: Payment | Invoice, amount_minor: int, *, settled_on: datetime.date, at: datetime.datetime
) -> None:
    """Let `amount_minor` of `source`, a payment or a credit note, count for `invoice`; a negative amount takes it back.

    The figures of both records follow. Raises MoneyMoved where the invoice is no longer open so far, or the source no longer
    unused; call `lock_money_of` first, then it never does.
    """
    if not (_use(source, amount_minor) and _pay(invoice, amount_minor)):
        raise MoneyMoved(_("This money was used elsewhere in the meantime. Look at the page again."))
    Settlement.objects.create(
        customer_id=invoice.customer_id,
        invoice=invoice,
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, Invoice) else None,
        amount_minor=amount_minor,
        settled_on=settled_on,
        at=at,
    )


def _pay(invoice: Invoice, amount_minor: int) -> bool:
    """Move what the document says was settled, of a credit note what was used, if it stays between nothing and its total."""
    within = Invoice.objects.filter(
        pk=invoice.pk, paid_minor__gte=-amount_minor, paid_minor__lte=F("total_minor") - amount_minor
    )
    moved = within.update(paid_minor=F("paid_minor") + amount_minor)
    if moved:
        invoice.paid_minor += amount_minor
    return bool(moved)


def _use(source: Payment | Invoice, amount_minor: int) -> bool:
    if isinstance(source, Invoice):
        return _pay(source, amount_minor)
    within = Payment.objects.filter(
        pk=source.pk,
        reversed_at=None,
        used_minor__gte=-amount_minor,
        used_minor__lte=F("amount_minor") - amount_minor,
    )
    moved = within.update(used_minor=F("used_minor") + amount_minor)
    if moved:
        source.used_minor += amount_minor
    return bool(moved)
