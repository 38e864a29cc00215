"""What is booked in the demo for days to come: closings that were given notice of, and changes of plans."""

import datetime
from collections.abc import Mapping

from soon.activity.actor import Actor
from soon.models import CloseReason, Order, Plan
from soon.operations.subscriptions.change_plan import CannotChange, change_plan
from soon.operations.subscriptions.close import CannotClose, close

# One subscription of so many gives notice, another one of so many changes its plan.
CLOSES, CHANGES = 17, 31
REASONS = ("Subscription too expensive", "Moved to another provider", "The business closed down")
# A closing is booked for so many days after today, the demo's first to the last.
NEAREST, FURTHEST = 9, 330


def is_booked(seed: int) -> bool:
    """Return whether something becomes known about the running subscription of this number."""
    return _closes(seed) or seed % CHANGES == CHANGES - 1


def _closes(seed: int) -> bool:
    # Not the first ones: what the customer with the log-in has stays open, for whoever tries to close it.
    return seed % CLOSES == CLOSES - 1


def known_on(seed: int, today: datetime.date) -> datetime.date:
    """Return the day, some days ago, on which it became known."""
    return today - datetime.timedelta(days=2 + seed % 19)


def book(
    order: Order,
    seed: int,
    today: datetime.date,
    *,
    reasons: Mapping[str, CloseReason],
    plan: Plan,
    actor: Actor,
    at: datetime.datetime,
    day: datetime.date,
) -> None:
    """Book on the local date `day` that `order` closes later than the demo's `today`, or that it goes on under `plan`."""
    order.refresh_from_db()
    try:
        if _closes(seed):
            later = datetime.timedelta(days=NEAREST + seed * 7 % (FURTHEST - NEAREST))
            reason = reasons[REASONS[seed % len(REASONS)]]
            close(order, reason=reason, effective_on=today + later, actor=actor, at=at, today=day)
        else:
            change_plan(order, plan=plan, actor=actor, at=at, today=day)
    except (CannotChange, CannotClose):
        # Its plan does not allow that, or what is sold has no price on the other one.
        return
