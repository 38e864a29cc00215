"""Whether a customer may be shown an offer beside closing now: at most one in six months, whatever they close."""

import datetime

from soon.domain import offers
from soon.domain.offers import Offer, offer_from
from soon.domain.zones import local_date
from soon.models import CloseVisit, Order


def may_be_shown(order: Order, at: datetime.datetime, today: datetime.date) -> bool:
    """Return whether the customer of `order` was shown no offer for six months; `today` is the order's local date."""
    shown = CloseVisit.objects.filter(customer=order.customer_id, offered_at__isnull=False).order_by("-offered_at")
    last = shown.values_list("offered_at", flat=True).first()
    return offers.may_be_shown(local_date(last, order.time_zone) if last else None, today)


def offer_looked_at(order: Order, at: datetime.datetime) -> Offer | None:
    """Return the offer that the customer is still looking at on the page of `order`; None if there is none."""
    looking = CloseVisit.objects.filter(
        order=order, outcome=CloseVisit.Outcome.LEFT, offered_at__gt=at - offers.SAME_LOOK, offered__isnull=False
    )
    visit = looking.order_by("-offered_at").first()
    return offer_from(visit.offered) if visit and visit.offered else None
