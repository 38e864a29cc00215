"""Issuing the invoice of an order's next period by hand: the billing run with a batch of one."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain import lifecycle
from soon.formatting import day_in_words
from soon.models import Invoice, Order, OrderChange
from soon.operations.billing._compute import Bill, Biller, the_next
from soon.operations.billing._read import Catalogue, subscriptions
from soon.operations.billing._write import write
from soon.operations.refusal import Refusal
from soon.operations.subscriptions._apply_due import apply_due_of


class CannotIssue(Refusal):
    """There is no invoice to issue."""


@transaction.atomic
def issue_next(
    order: Order,
    *,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    expected_period_start: datetime.date | None = None,
) -> Invoice:
    """Issue the invoice of the first period not yet invoiced, dated `today` (local), with all lines sold once.

    `expected_period_start` is the period the caller saw; if somebody invoiced it in the meantime, the verb refuses instead
    of invoicing the one after. What a change scheduled for a later day covers is invoiced from that day on. Raises CannotIssue;
    then nothing is written and no number is used.
    """
    # Locks the order on PostgreSQL; on SQLite the transaction already holds the write lock.
    state = Order.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=order.pk)
    if state != lifecycle.IN_PROGRESS:
        raise CannotIssue(_("Only an order in progress is invoiced."))
    catalogue = Catalogue()
    apply_due_of(order.pk, catalogue, actor=actor, at=at, today=today)
    [subscription] = subscriptions([order.pk], catalogue)
    bill = Biller(catalogue, today, the_next(today)).bill(subscription)
    if expected_period_start is not None and expected_period_start not in {each.period_start for each in bill.documents}:
        raise CannotIssue(_("This period has already been invoiced."))
    if not bill.documents:
        raise CannotIssue(_("Everything on this order has been invoiced."))
    _check_change(order, bill)
    [document] = write([bill], actor=actor, at=at, today=today)
    order.refresh_from_db(fields=["next_invoice_on"])
    return Invoice.objects.select_related("customer", "order").get(pk=document.pk)


def _check_change(order: Order, bill: Bill) -> None:
    """Raise CannotIssue where the next period begins after a change that has not taken effect."""
    start_on = bill.documents[0].period_start
    ahead = (
        OrderChange.objects.open().filter(order=order, takes_effect_on__lte=start_on)
        if start_on
        else OrderChange.objects.none()
    )
    change = ahead.order_by("takes_effect_on").first()
    if change:
        words = str(_("The subscription changes on %(day)s. The invoice from then on can be issued from that day on."))
        raise CannotIssue(words % {"day": day_in_words(change.takes_effect_on)})
