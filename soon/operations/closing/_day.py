"""The day on which an order that is closed ends, and whether that day is allowed."""

import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain.closing_days import (
    ANY_TIME,
    EARLIEST,
    END_OF_PERIOD,
    TODAY,
    ClosingTerms,
    EarliestEnd,
    Why,
    earliest_end,
    end_of_period,
    possible_end,
)
from soon.domain.periods import DateOutOfRange
from soon.formatting import day_in_words
from soon.models import Closure, Order
from soon.queries.pauses import last_went_on_on

from ._facts import OrderFacts
from ._kinds import check_kind
from ._request import WITHOUT_NOTICE, CannotClose, ClosingRequest, MayNotClose


def earliest(order: Order, facts: OrderFacts, closure_type: str, today: datetime.date, *, for_customer: bool) -> EarliestEnd:
    """Return the earliest end of `order` closed `today` (local) in that way, and why it is no earlier one."""
    agreed = _agreed(order, closure_type, for_customer=for_customer)
    terms = facts.closing.agreement.terms
    return earliest_end(agreed, terms, today=today, start_on=order.start_on, paid_until=facts.paid_until)


def possible_for_customer(
    order: Order, facts: OrderFacts, closure_type: str, wanted: datetime.date, found: EarliestEnd
) -> datetime.date:
    """Return the first end on or after `wanted` on which the customer may close, `found` being the earliest one.

    Raises CannotClose for a day whose period nobody can count.
    """
    agreed = _agreed(order, closure_type, for_customer=True)
    try:
        return possible_end(
            agreed,
            facts.closing.agreement.terms,
            wanted,
            found=found,
            start_on=order.start_on,
            paid_until=facts.paid_until,
        )
    except DateOutOfRange as error:
        raise CannotClose(_("That day is too far away.")) from error


def effective_day(
    order: Order, facts: OrderFacts, request: ClosingRequest, *, actor: Actor, today: datetime.date
) -> datetime.date:
    """Return the first local date without service. Raises CannotClose for a day that is not allowed."""
    found = earliest(order, facts, request.closure_type, today, for_customer=actor.customer is not None)
    is_bound = not request.waives_notice and actor.kind != "system"
    wanted = request.effective_on or named_day(order, facts, request.day, found, today)
    if wanted is None:
        wanted = found.ends_on if is_bound else order.end_if_stopped(today)
    _check_not_after_end(order, wanted)
    if order.start_on and wanted < order.start_on:
        raise CannotClose(_("The last day of service lies before the first day of the subscription."))
    if wanted < order.end_if_stopped(today):
        _check_backdating(actor)
    elif is_bound and wanted < found.ends_on:
        raise CannotClose(earliest_in_words(order, found))
    elif is_bound and actor.customer is not None:
        _check_end_of_period(wanted, possible_for_customer(order, facts, request.closure_type, wanted, found))
    usual = earliest(order, facts, Closure.Type.ORDINARY, today, for_customer=False)
    check_kind(order, request, is_early=wanted < usual.ends_on, actor=actor, today=today)
    # Also of today: the clock may have gone back.
    _check_not_before_last_change(order, wanted)
    return wanted


def named_day(order: Order, facts: OrderFacts, day: str, found: EarliestEnd, today: datetime.date) -> datetime.date | None:
    """Return the end that `day` (TODAY, EARLIEST or END_OF_PERIOD) stands for, allowed or not; None for another word."""
    if day == TODAY:
        return order.end_if_stopped(today)
    if day == EARLIEST:
        return found.ends_on
    if day == END_OF_PERIOD:
        on = max(order.end_if_stopped(today), found.ends_on)
        return end_of_period(facts.closing.agreement.terms, on, facts.paid_until, start_on=order.start_on)
    return None


def earliest_in_words(order: Order, found: EarliestEnd) -> str:
    """Return why an order ends no earlier than that, in the reader's language: "Notice of 30 days, so …"; "" for today."""
    facts = {"day": day_in_words(found.last_day_on)}
    plan = order.plan
    if found.why == Why.NOTICE and plan:
        words = ngettext("Notice of %(count)d day, so %(day)s", "Notice of %(count)d days, so %(day)s", plan.notice_days)
        return words % {"count": plan.notice_days, **facts}
    if found.why == Why.MINIMUM_TERM and plan:
        months = plan.minimum_months
        words = ngettext("Minimum term of %(count)d month, so %(day)s", "Minimum term of %(count)d months, so %(day)s", months)
        return words % {"count": months, **facts}
    if found.why == Why.PERIOD:
        return gettext("End of the period that was paid for, so %(day)s") % facts
    if found.why == Why.TRIAL:
        return gettext("End of the free trial, so %(day)s") % facts
    if found.why == Why.FIXED_END:
        return gettext("Notice or minimum term reach beyond its fixed end; it ends by itself on %(day)s") % facts
    return ""


def _agreed(order: Order, closure_type: str, *, for_customer: bool) -> ClosingTerms:
    plan = order.plan
    if plan is None or closure_type in WITHOUT_NOTICE:
        return ClosingTerms(today_is_served=order.serves_its_last_day)
    closable_at = plan.closable_at if for_customer else ANY_TIME
    return ClosingTerms(plan.notice_days, plan.minimum_months, closable_at, order.serves_its_last_day)


def _check_not_after_end(order: Order, wanted: datetime.date) -> None:
    if order.ends_on and wanted > order.ends_on and not order.closure_id:
        text: Promise | str = _("It ends earlier by itself: its last day of service is %(day)s.")
        raise CannotClose(str(text) % {"day": day_in_words(order.last_day_on)})


def _check_end_of_period(wanted: datetime.date, possible: datetime.date) -> None:
    if wanted != possible:
        words: Promise | str = _("It can only end together with a period. Choose %(day)s as its last day of service.")
        raise CannotClose(str(words) % {"day": day_in_words(possible - datetime.timedelta(days=1))})


def _check_backdating(actor: Actor) -> None:
    if actor.kind == "customer" and actor.channel != "public":
        raise CannotClose(_("Choose today or a later day."))
    if actor.user is not None and not actor.user.may("backdate_closings"):
        raise MayNotClose(_("You may not close as of an earlier day."))


def _check_not_before_last_change(order: Order, wanted: datetime.date) -> None:
    """Refuse a day of which an earlier closing, or a pause that is over, settled already what was served."""
    went_on_on = last_went_on_on(order)
    if went_on_on and wanted < went_on_on:
        words: Promise | str = _("The subscription goes on since %(day)s; it cannot be closed as of a day before.")
        raise CannotClose(str(words) % {"day": day_in_words(went_on_on)})
