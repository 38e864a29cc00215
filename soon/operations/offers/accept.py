"""Taking the offer instead of closing: it does what it said, and the visit to the closing page ends with it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import name_fact
from soon.activity.record import record
from soon.domain import offers
from soon.domain.offers import Offer, offer_from
from soon.models import CloseReason, CloseVisit, Company, Order, Plan
from soon.operations.chatter.write_to_staff import write_to_staff
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of
from soon.operations.subscriptions._changes import locked_order, schedule_discount, schedule_plan
from soon.operations.subscriptions._put_on_pause import put_on_pause

from ._possible import Proposal, pause_days, propose


class CannotAccept(Refusal):
    """Nothing is offered any more, or it cannot be done as it was offered."""


@transaction.atomic
def accept(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Proposal:
    """Do what the customer of `order` was last offered: pause it, switch its plan, discount it, or ask staff to get in touch.

    What was shown within the last day stands, whatever was configured since; the budget of the month is counted again under a
    lock. `today` is the order's local date. Raises CannotAccept, or what the deed refuses; then nothing is written.
    """
    order = locked_order(order)
    if actor.customer is None or actor.customer.pk != order.customer_id:
        raise CannotAccept(_("Only the customer takes an offer."))
    visit = _visit(order, at)
    offer = offer_from(visit.offered or {})
    found = propose(order, offer, company=_company(offer), at=at, today=today)
    reason = name_fact(CloseReason.objects.filter(pk=offer.reason).first())
    told = {"reason": reason, "offer": _in_both_languages(order, offer, at, today)}
    lock_money_of(order.customer_id)
    visit.outcome, visit.decided_at, visit.granted_minor = CloseVisit.Outcome.ACCEPTED, at, found.granted_minor
    visit.save(update_fields=["outcome", "decided_at", "granted_minor"])
    record("offer_accepted", customer=order.customer, order=order, actor=actor, at=at, facts=told)
    _do(order, offer, actor, at, today)
    return found


def _visit(order: Order, at: datetime.datetime) -> CloseVisit:
    """Return the visit, locked, in which the customer was shown an offer that still stands. Raises CannotAccept."""
    open_visits = CloseVisit.objects.filter(order=order, outcome=CloseVisit.Outcome.LEFT, offered__isnull=False)
    standing = open_visits.filter(offered_at__gt=at - offers.STANDS_FOR).order_by("-offered_at", "-pk")
    visit = standing.select_for_update(no_key=True).first()
    if visit is None:
        raise CannotAccept(_("This offer no longer stands."))
    return visit


def _company(offer: Offer) -> Company:
    """Return our company, locked where a budget is to be counted: of two discounts at once the second one counts the first."""
    companies = Company.objects.filter(pk=1)
    if offer.kind == offers.DISCOUNT:
        companies = companies.select_for_update(no_key=True)
    return companies.first() or Company.ours()


def _do(order: Order, offer: Offer, actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    if offer.kind == offers.PAUSE:
        paused_on, resumes_on = pause_days(order, offer.months, today)
        put_on_pause(order, paused_on=paused_on, resumes_on=resumes_on, actor=actor, at=at, today=today)
    elif offer.kind == offers.PLAN:
        schedule_plan(order, Plan.objects.get(pk=offer.plan), actor=actor, at=at, today=today)
    elif offer.kind == offers.DISCOUNT:
        schedule_discount(order, offer.percent, offer.periods, actor=actor, at=at, today=today)
    else:
        write_to_staff(order, text=gettext("Please get in touch with me before I close this subscription."), actor=actor, at=at)


def _in_both_languages(order: Order, offer: Offer, at: datetime.datetime, today: datetime.date) -> dict[str, str]:
    """Return what was taken as a name that is told in the reader's language."""
    titles = {}
    for language in ("vi", "en"):
        with override(language):
            titles[language] = propose(order, offer, company=Company.ours(), at=at, today=today).title
    return titles
