"""Showing a customer who chose a reason for closing the offer that belongs to it, beside the button that closes."""

import datetime

from django.db import transaction

from soon.models import CloseReason, Company, Order
from soon.operations.close_visits.open_visit import open_visit
from soon.operations.refusal import Refusal
from soon.operations.subscriptions._changes import locked_order
from soon.queries.close_offers import may_be_shown, offer_looked_at

from ._possible import Proposal, offer_of, propose

__all__ = ["Proposal", "show"]


@transaction.atomic
def show(order: Order, *, reason: CloseReason | None, at: datetime.datetime, today: datetime.date) -> Proposal | None:
    """Return the offer for `reason` to the customer of `order` and note that it was shown; None where there is none for them.

    At most one within six months, whatever they close and for whatever reason; who is still looking at the page sees it again.
    `today` is the order's local date. Where nothing is offered nothing is written.
    """
    company = Company.ours()
    offer = offer_of(reason) if reason and company.makes_offers else None
    if offer is None:
        return None
    order = locked_order(order)
    is_again = offer_looked_at(order, at) == offer
    if not is_again and not may_be_shown(order, at, today):
        return None
    try:
        found = propose(order, offer, company=company, at=at, today=today)
    except Refusal:
        return None
    if not is_again:
        visit = open_visit(order, at=at, today=today)
        visit.offered_at, visit.offer, visit.offered = at, offer.kind, offer.as_facts()
        visit.save(update_fields=["offered_at", "offer", "offered"])
    return found
