"""Showing a customer who chose a reason for closing the offer that belongs to it, beside the button that closes."""

import datetime

from django.db import transaction

from soon.domain import offers
from soon.domain.offers import Offer, offer_from
from soon.domain.zones import local_date
from soon.models import CloseReason, CloseVisit, Company, Order
from soon.operations.close_visits.open_visit import open_visit
from soon.operations.refusal import Refusal
from soon.operations.subscriptions._changes import locked_order

from ._possible import Proposal, offer_of, propose


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
    is_again = _still_looks_at(order, offer, at)
    if not is_again and not _may_be_shown(order, at, today):
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


def _still_looks_at(order: Order, offer: Offer, at: datetime.datetime) -> bool:
    looking = CloseVisit.objects.filter(
        order=order, outcome=CloseVisit.Outcome.LEFT, offered_at__gt=at - offers.SAME_LOOK, offered__isnull=False
    )
    return any(offer_from(visit.offered) == offer for visit in looking if visit.offered)


def _may_be_shown(order: Order, at: datetime.datetime, today: datetime.date) -> bool:
    shown = CloseVisit.objects.filter(customer=order.customer_id, offered_at__isnull=False).order_by("-offered_at")
    last = shown.values_list("offered_at", flat=True).first()
    return offers.may_be_shown(local_date(last, order.time_zone) if last else None, today)
