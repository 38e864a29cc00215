"""Beginning to close many subscriptions: what is asked, and of which orders. The worker does the rest (carry_on.py)."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from soon.activity.actor import Actor
from soon.models import BulkClosing, BulkClosingRow, CloseReason, Order
from soon.models.bulk import any_of, insert_rows
from soon.operations.closing._request import CannotClose, check_reason
from soon.operations.refusal import Refusal

from ._asked import asked_of_each

# More than a page can show what it comes to.
MOST = 10_000


class CannotCloseMany(Refusal):
    """Nothing to close, too much of it, no right, no reason or no day."""


@transaction.atomic
def begin(
    orders: Collection[int],
    *,
    actor: Actor,
    at: datetime.datetime,
    reason: CloseReason | None = None,
    own_words: str = "",
    day: str = BulkClosing.Day.TODAY,
    effective_on: datetime.date | None = None,
    credit_policy: str = "",
) -> BulkClosing:
    """Store that the orders with these keys are to be closed for one reason on one `day` (BulkClosing.Day); return the closing.

    With the day CHOSEN, `effective_on` is the first local date without service. Whether each may be closed so is asked when its
    turn comes, and answered in its row. Raises CannotCloseMany; then nothing is written.
    """
    user = actor.user
    if user is None or not user.may("close_many"):
        raise CannotCloseMany(_("You may not close many subscriptions at once."))
    if (day == BulkClosing.Day.CHOSEN) != (effective_on is not None):
        raise CannotCloseMany(_("Say which day is the last day of service."))
    visible = Order.objects.visible_to(user).filter(pk__in=any_of(sorted(set(orders))))
    keys = list(visible.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    _check_number(keys)
    closing = BulkClosing(
        created_at=at,
        by_user=user,
        reason=reason,
        own_words="" if reason else own_words.strip(),
        day=day,
        effective_on=effective_on,
        credit_policy=credit_policy,
    )
    try:
        check_reason(asked_of_each(closing), actor)
    except CannotClose as refusal:
        raise CannotCloseMany(str(refusal)) from refusal
    closing.save(force_insert=True)
    rows = ((closing.pk, key, BulkClosingRow.Outcome.WAITING.value, "") for key in keys)
    insert_rows(BulkClosingRow, ("closing_id", "order_id", "outcome", "refusal"), rows)
    return closing


def _check_number(keys: Collection[int]) -> None:
    if not keys:
        raise CannotCloseMany(_("Choose at least one subscription."))
    if len(keys) > MOST:
        words = ngettext("At most %(count)d subscription at once.", "At most %(count)d subscriptions at once.", MOST)
        raise CannotCloseMany(words % {"count": MOST})
