"""Closing a subscription: the one verb behind the back office, the portal, the public page, imports and the clock."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from soon.activity.actor import Actor
from soon.models import CloseReason, Closure, Order
from soon.operations.closing._close import close_orders
from soon.operations.closing._request import CannotClose, ClosingRequest, FiguresChanged, MayNotClose

__all__ = ["CannotClose", "FiguresChanged", "MayNotClose", "close"]


@transaction.atomic
def close(
    order: Order,
    *,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    reason: CloseReason | None = None,
    own_words: str = "",
    comment: str = "",
    closure_type: str = Closure.Type.ORDINARY,
    effective_on: datetime.date | None = None,
    credit_policy: str = "",
    staff_reason: CloseReason | None = None,
    waives_notice: bool = False,
    expected_fingerprint: str = "",
    submitted_at: datetime.datetime | None = None,
    shown: Mapping[str, Any] | None = None,
) -> Closure:
    """End service, remember why, settle the money and confirm it by letter; `today` is the order's local date.

    Give a configured `reason`, or, for staff, `own_words` instead, and a `comment` where the reason asks for one.
    `effective_on` is the first local date without service (None: the earliest that notice, minimum term and plan allow).
    Up to tomorrow the order is churned at once: what is due for use is invoiced, unused days are given back as `credit_policy`
    says (a CreditPolicy; "": as the plan says), and reduce unpaid invoices first. A later day is scheduled: the order goes on
    until then, and everything can be undone. `staff_reason` is what staff think the true reason is.

    `expected_fingerprint` names the figures that the caller saw (ClosingMoney.fingerprint), `shown` the words and version of
    the page, which the evidence keeps. `submitted_at` is the moment of a declaration that was made before (None: `at`); days
    to pay back count from it. Raises CannotClose (MayNotClose for what this actor has no right to, FiguresChanged
    where the figures moved); then nothing is written. Of any number of attempts at once exactly one succeeds.
    """
    request = ClosingRequest(
        reason=reason,
        own_words=own_words,
        comment=comment,
        closure_type=closure_type,
        effective_on=effective_on,
        credit_policy=credit_policy,
        staff_reason=staff_reason,
        waives_notice=waives_notice,
        expected_fingerprint=expected_fingerprint,
        submitted_at=submitted_at,
        shown=shown or {},
    )
    answer = close_orders({order.pk: request}, actor=actor, at=at, today=today)[order.pk]
    if isinstance(answer, CannotClose):
        raise answer
    return answer
