"""Which kinds of closing skip notice and minimum term or give money back whatever the plan says, and who may choose them."""

import datetime

from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain.zones import local_date
from soon.models import Closure, CreditPolicy, Order

from ._request import GIVES_BACK, WITHOUT_NOTICE, ClosingRequest, MayNotClose


def grants_withdrawal(order: Order, declared_on: datetime.date) -> bool:
    """Return whether the plan of `order` grants a right of withdrawal that still stood on that local day."""
    if order.plan is None or not order.plan.withdrawal_days or order.confirmed_at is None:
        return False
    first_on = local_date(order.confirmed_at, order.time_zone)
    return (declared_on - first_on).days <= order.plan.withdrawal_days


def check_kind(order: Order, request: ClosingRequest, *, is_early: bool, actor: Actor, today: datetime.date) -> None:
    """Raise MayNotClose where staff choose a kind of closing by which they would decide what is not theirs to decide.

    `is_early`: the day lies before the one that notice and term allow. A withdrawal that the plan grants is open to all.
    """
    user, kind = actor.user, request.closure_type
    if user is None or actor.customer is not None or (kind == Closure.Type.WITHDRAWAL and grants_withdrawal(order, today)):
        return
    if is_early and kind in WITHOUT_NOTICE and not user.may("waive_notice"):
        raise MayNotClose(_("You may not close before notice period and minimum term are over."))
    keeps = order.plan is not None and order.plan.credit_policy == CreditPolicy.NONE
    if keeps and kind in GIVES_BACK and not request.credit_policy and not user.may("settle_closings"):
        raise MayNotClose(_("You may not choose what becomes of the days that were paid for; the plan decides."))
