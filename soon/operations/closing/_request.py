"""What somebody asks for when they close an order, and whether they may."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain import closing
from soon.formatting import day_in_words
from soon.models import CloseReason, Closure, Company, CreditPolicy, Order
from soon.models.closures import LONGEST_COMMENT, NOT_SAID
from soon.operations.refusal import Refusal

CHOOSERS = {"user": closing.STAFF, "customer": closing.CUSTOMER, "system": closing.SYSTEM}
# Closings for which notice, minimum term and the plan's word about unused days do not count.
WITHOUT_NOTICE = frozenset({"for_cause", "withdrawal", "non_payment", "expired", "provider", "transfer"})
GIVES_BACK = frozenset({"for_cause", "withdrawal", "provider"})


class CannotClose(Refusal):
    """The subscription cannot be closed, or not for this reason, or not on that day."""


class MayNotClose(CannotClose):
    """This actor has no right to close this subscription, or not like this."""


class FiguresChanged(CannotClose):
    """What the closing would come to is not any more what its caller saw."""


@dataclass(frozen=True, slots=True)
class ClosingRequest:
    """How an order is to be closed; see operations/subscriptions/close.py for what each means."""

    reason: CloseReason | None = None
    own_words: str = ""
    comment: str = ""
    closure_type: str = Closure.Type.ORDINARY
    effective_on: datetime.date | None = None
    # Instead of a day of its own for each of many orders: TODAY or END_OF_PERIOD (preview.py calls them so too).
    day: str = ""
    credit_policy: str = ""
    staff_reason: CloseReason | None = None
    waives_notice: bool = False
    # The money was settled before, somewhere else: nothing is charged or given back.
    is_settled_elsewhere: bool = False
    # It was given where this comes from, so it need not be offered here any more.
    reason_was_given_before: bool = False
    expected_fingerprint: str = ""
    # When it was declared, where that was earlier than now; None: now.
    submitted_at: datetime.datetime | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)


def check_actor(order: Order, request: ClosingRequest, actor: Actor) -> None:
    """Raise MayNotClose where `actor` may not close `order` so."""
    if actor.customer is not None:
        in_portal = actor.channel == Closure.Channel.PORTAL
        is_closable = order.plan is not None and order.plan.is_closable
        if order.customer_id != actor.customer.pk or (in_portal and not is_closable):
            raise MayNotClose(_("This subscription cannot be closed here. Please contact us and we will close it for you."))
    elif actor.user is not None:
        _check_rights(order, request, actor)


def _check_rights(order: Order, request: ClosingRequest, actor: Actor) -> None:
    user = actor.user
    if user is None:
        return
    if not user.may("close_orders"):
        raise MayNotClose(_("You may not close subscriptions."))
    is_left_to_staff = order.plan is not None and order.plan.credit_policy == CreditPolicy.STAFF
    if request.credit_policy and not is_left_to_staff and not user.may("settle_closings"):
        raise MayNotClose(_("You may not choose what becomes of the days that were paid for; the plan decides."))
    if request.waives_notice and not user.may("waive_notice"):
        raise MayNotClose(_("You may not close before notice period and minimum term are over."))


def check_reason(request: ClosingRequest, actor: Actor) -> None:
    """Raise CannotClose where the reason is missing, not theirs to give, or asks for a comment."""
    reason, own_words = request.reason, request.own_words.strip()
    if reason is None and not own_words:
        raise CannotClose(_("Please choose a reason."))
    if actor.customer and (own_words or reason is None):
        raise CannotClose(_("Please choose one of the listed reasons."))
    if reason and not _may_give(reason, actor) and not (request.reason_was_given_before and reason.archived_at):
        raise CannotClose(_("This reason is no longer offered. Please choose another one."))
    check_comment(reason, request.comment, actor)


def check_comment(reason: CloseReason | None, comment: str, actor: Actor) -> None:
    """Raise CannotClose where the comment is too long, or missing although the reason asks for one."""
    if len(comment) > LONGEST_COMMENT:
        raise CannotClose(_("A comment has at most 1,000 characters."))
    is_required = reason is not None and reason.comment_policy == CloseReason.CommentPolicy.REQUIRED
    if is_required and not comment.strip() and actor.kind != "system":
        raise CannotClose(_("Please say in a few words what you mean by this reason."))


def comment_kept(reason: CloseReason | None, comment: str, actor: Actor) -> str:
    """Return what is kept of the comment: nothing where customers are not asked for one; staff may always leave a note."""
    is_asked = reason is None or reason.comment_policy != CloseReason.CommentPolicy.NONE
    return comment.strip() if is_asked or actor.customer is None else ""


def _may_give(reason: CloseReason, actor: Actor) -> bool:
    if reason.archived_at:
        return False
    if actor.channel == Closure.Channel.PUBLIC and reason.system_code:
        return True
    if actor.customer and reason.system_code == NOT_SAID:
        return Company.ours().reason_policy != Company.ReasonPolicy.REQUIRED
    return closing.may_choose(reason.audience, CHOOSERS[actor.kind])


def why_not_closable(order: Order) -> Promise:
    """Return why an order that is not served cannot be closed."""
    if order.is_offered:
        return _("A quotation cannot be closed. Cancel it instead.")
    if order.state == Order.State.CANCELLED:
        return _("This order was cancelled; there is nothing to close.")
    return _("This subscription is already closed.")


def gives_back(order: Order, request: ClosingRequest) -> str:
    """Return whether unused days are given back, as the CreditPolicy that the closure remembers."""
    if request.credit_policy:
        return request.credit_policy
    if request.closure_type in GIVES_BACK or order.plan is None:
        return CreditPolicy.UNUSED_DAYS
    return CreditPolicy.NONE if order.plan.credit_policy == CreditPolicy.NONE else CreditPolicy.UNUSED_DAYS


def already_scheduled(order: Order) -> str:
    """Return why an order that closes on a day to come is not closed again."""
    words = gettext("It is closed already as of %(day)s. Undo that first if you want another day.")
    return words % {"day": day_in_words(order.last_day_on)}


def figures_changed() -> str:
    """Return what to say when the figures are not those that were looked at."""
    return gettext("The figures have changed since you looked at them. Look again, then submit.")
