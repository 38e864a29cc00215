"""Whether an offer can be made to a customer who closes, and in which words: what it does, from when, for how much."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from soon import formatting
from soon.domain import offers
from soon.domain.agreements import CannotChange
from soon.domain.offers import Offer
from soon.domain.pausing import NOTICE_DAYS
from soon.domain.periods import DateOutOfRange
from soon.domain.pricing import LinePrice
from soon.domain.scheduled import boundary_later
from soon.domain.zones import local_date, start_of_local_day_utc
from soon.models import CloseReason, CloseVisit, Company, Invoice, Order, OrderLine, Plan
from soon.operations.refusal import Refusal
from soon.operations.subscriptions._put_on_pause import check_end_of_pause, check_pausable
from soon.queries.order_changes import day_of_change, open_changes, plan_options, whole_period_minor
from soon.queries.upcoming import agreed

DAY = datetime.timedelta(days=1)


class NotPossible(Refusal):
    """What is offered cannot be done with this subscription."""


@dataclass(frozen=True)
class Proposal:
    """An offer as its customer reads it; `granted_minor`: what an accepted discount gives away, without tax (None: nothing)."""

    offer: Offer
    title: str
    text: str
    button: str
    granted_minor: int | None = None


def offer_of(reason: CloseReason) -> Offer | None:
    """Return what is offered to who closes for `reason`; None where nothing is."""
    if not reason.offer:
        return None
    return Offer(
        kind=reason.offer,
        reason=reason.pk,
        months=reason.offer_months or 0,
        plan=reason.offer_plan_id or 0,
        percent=reason.offer_percent or Decimal(0),
        periods=reason.offer_periods or 0,
    )


def propose(order: Order, offer: Offer, *, company: Company, at: datetime.datetime, today: datetime.date) -> Proposal:
    """Return `offer` in words for the customer of `order` (with customer and plan) on its local date `today`.

    Raises NotPossible where it cannot be done, or would go beyond the month's budget. Writes nothing.
    """
    if order.state != Order.State.IN_PROGRESS or order.closure_id or order.plan is None:
        raise NotPossible(_("This can only be done with a subscription in progress."))
    if offer.kind == offers.CONTACT:
        return _contact(offer)
    if offer.kind == offers.PAUSE:
        return _pause(order, offer, today)
    lines = list(order.lines.select_related("tax"))
    if offer.kind == offers.PLAN:
        return _plan(order, lines, offer, today)
    return _discount(order, lines, offer, company, at, today)


def pause_days(order: Order, months: int, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Return the first local date that is not served and the first that is served again, of a pause of so many months."""
    paused_on = order.end_if_stopped(today)
    return paused_on, offers.months_later(paused_on, months)


def _contact(offer: Offer) -> Proposal:
    return Proposal(
        offer,
        title=gettext("Shall we get in touch?"),
        text=gettext(
            "We write to you or call you about what is wrong. The subscription goes on meanwhile; "
            "you can close it here at any time."
        ),
        button=gettext("Get in touch with me"),
    )


def _pause(order: Order, offer: Offer, today: datetime.date) -> Proposal:
    paused_on, resumes_on = pause_days(order, offer.months, today)
    check_pausable(order, paused_on, today)
    check_end_of_pause(order, paused_on, resumes_on, today)
    if not order.customer.email:
        raise NotPossible(_("Without an e-mail address nobody can be told that a pause ends."))
    title = ngettext("Pause for %(count)d month", "Pause for %(count)d months", offer.months) % {"count": offer.months}
    words = gettext(
        "From %(first)s until %(last)s nothing is served and nothing billed; days that were paid for beyond are given back. "
        "From %(day)s it goes on at %(amount)s a period. We write to you %(notice)d days before."
    )
    amount = whole_period_minor(order, order.lines.select_related("tax"))
    told = {
        "first": formatting.day_in_words(paused_on),
        "last": formatting.day_in_words(resumes_on - DAY),
        "day": formatting.day_in_words(resumes_on),
        "amount": formatting.money_text(amount, order.currency),
        "notice": NOTICE_DAYS,
    }
    return Proposal(offer, title=title, text=words % told, button=title)


def _plan(order: Order, lines: list[OrderLine], offer: Offer, today: datetime.date) -> Proposal:
    if open_changes(order):
        raise NotPossible(_("A change is scheduled already."))
    plan = Plan.objects.current().filter(pk=offer.plan).first()
    options = plan_options(order, lines, today, only=plan) if plan else []
    if not options:
        raise NotPossible(_("This plan has no price for everything on the order, or is no longer sold."))
    [option] = options
    words = gettext(
        "From %(day)s you pay %(amount)s for each period of %(period)s instead of %(before)s for each of %(before_period)s. "
        "Until then everything stays as it is."
    )
    told = {
        "day": formatting.day_in_words(option.starts_on),
        "amount": formatting.money_text(option.recurring_minor, order.currency),
        "period": option.plan.period_in_words,
        "before": formatting.money_text(whole_period_minor(order, lines), order.currency),
        "before_period": order.plan.period_in_words if order.plan else "",
    }
    title = gettext("Switch to %(plan)s") % {"plan": option.plan.name}
    return Proposal(offer, title=title, text=words % told, button=title)


def _discount(
    order: Order, lines: list[OrderLine], offer: Offer, company: Company, at: datetime.datetime, today: datetime.date
) -> Proposal:
    recurring = [line for line in lines if line.is_recurring]
    if open_changes(order) or any(line.discount_percent for line in recurring):
        raise NotPossible(_("It is discounted or changes already."))
    if Invoice.objects.open().filter(order=order, due_on__lt=today).exists():
        raise NotPossible(_("An invoice is overdue."))
    starts_on = day_of_change(order, lines, today)
    if starts_on is None or not recurring:
        raise NotPossible(_("It ends by itself before it could change."))
    try:
        ends_on = boundary_later(agreed(order, lines)[0], starts_on, offer.periods)
    except (CannotChange, DateOutOfRange) as error:
        raise NotPossible(_("It ends by itself before it could change.")) from error
    granted = offers.given_away([_price(line) for line in recurring], offer.percent, offer.periods)
    _check_budget(order, granted, company, at)
    words = gettext(
        "From %(day)s until %(last)s you pay %(amount)s a period instead of %(before)s. After that the full price counts again."
    )
    told = {
        "day": formatting.day_in_words(starts_on),
        "last": formatting.day_in_words(ends_on - DAY),
        "amount": formatting.money_text(whole_period_minor(order, lines, percent=offer.percent), order.currency),
        "before": formatting.money_text(whole_period_minor(order, lines), order.currency),
    }
    title = gettext("%(percent)s less until %(last)s") % {"percent": formatting.percent(offer.percent), "last": told["last"]}
    button = gettext("Take %(percent)s off") % {"percent": formatting.percent(offer.percent)}
    return Proposal(offer, title=title, text=words % told, button=button, granted_minor=granted)


def _price(line: OrderLine) -> LinePrice:
    return LinePrice(line.unit_price_minor, line.quantity, line.discount_percent)


def _check_budget(order: Order, granted: int, company: Company, at: datetime.datetime) -> None:
    """Raise NotPossible where `granted` more would exceed what may be given away in the calendar month of `at`."""
    if company.offer_budget_minor is None:
        return
    if order.currency != company.currency:
        raise NotPossible(_("The budget for discounts is in another currency."))
    if granted_in_month(company, at) + granted > company.offer_budget_minor:
        raise NotPossible(_("The budget for discounts of this month is spent."))


def granted_in_month(company: Company, at: datetime.datetime) -> int:
    """Return what accepted discounts give away that were accepted in the company's calendar month of the moment `at`."""
    first_on = local_date(at, company.time_zone).replace(day=1)
    start, end = (start_of_local_day_utc(day, company.time_zone) for day in (first_on, offers.months_later(first_on, 1)))
    granted = CloseVisit.objects.filter(
        granted_minor__isnull=False, decided_at__gte=start, decided_at__lt=end, order__currency=company.currency
    )
    return granted.aggregate(sum=Sum("granted_minor"))["sum"] or 0
