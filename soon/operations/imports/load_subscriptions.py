"""Loading customers with their subscriptions from a table."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from soon.activity.actor import Actor
from soon.domain import closing
from soon.models import CloseReason, Letter, Order
from soon.operations.closing._close import close_orders
from soon.operations.closing._request import CannotClose, ClosingRequest
from soon.operations.refusal import Refusal

from ._catalogue import catalogue
from ._store import BATCH, store
from ._understand import understand
from .mapping import SubscriptionMap
from .read_table import Table
from .subscription import ImportedSubscription, Problem

MOST_PROBLEMS_SHOWN = 10


class CannotLoad(Refusal):
    """The table holds something that cannot be loaded. `problems` names every bad cell."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    """How many subscriptions were stored, how many of them closed, and how many were there before."""

    stored: int
    closed: int
    known: int


@transaction.atomic
def load_subscriptions(
    table: Table,
    *,
    mapping: SubscriptionMap,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    on_progress: Callable[[int, int], None],
) -> Loaded:
    """Store every row of `table` that is not there yet, by its external id; close those that the map calls closed.

    Whoever left is closed `today` by the verb that closes everybody. Raises CannotLoad; then nothing is written at all.
    """
    subscriptions = _understood(table, mapping, today)
    known = _known(subscriptions)
    new = [subscription for subscription in subscriptions if subscription.external_id not in known]
    leaving = [subscription for subscription in new if subscription.is_closed]
    steps = _Steps(on_progress, len(new) + len(leaving))
    found = catalogue(new, reason_audience=mapping.closing.audience if mapping.closing else closing.STAFF_ONLY)
    orders = store(new, found=found, actor=actor, at=at, today=today, on_batch=steps.done)
    by_external_id = {order.external_id: order for order in orders}
    for begin in range(0, len(leaving), BATCH):
        batch = leaving[begin : begin + BATCH]
        reasons = {by_external_id[each.external_id].pk: found.reasons[each.reason] for each in batch}
        _close(reasons, actor, at, today)
        steps.done(len(batch))
    _keep_quiet([by_external_id[subscription.external_id] for subscription in leaving])
    return Loaded(stored=len(new), closed=len(leaving), known=len(known))


def _close(reasons: Mapping[int, CloseReason], actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    """Close the orders with these keys for their reasons; what they owed was settled where they come from."""
    requests = {order: ClosingRequest(reason=reason, is_settled_elsewhere=True) for order, reason in reasons.items()}
    for answer in close_orders(requests, actor=actor, at=at, today=today).values():
        if isinstance(answer, CannotClose):
            raise answer


def _keep_quiet(closed: Sequence[Order]) -> None:
    """Take back the letters that closing wrote: what happened elsewhere is no news to the customer."""
    for begin in range(0, len(closed), BATCH):
        orders = closed[begin : begin + BATCH]
        Letter.objects.filter(kind="subscription_closed", order__in=orders).delete()


class _Steps:
    """Counts what is done for a progress bar."""

    def __init__(self, on_progress: Callable[[int, int], None], total: int) -> None:
        self._on_progress = on_progress
        self._total = total
        self._done = 0

    def done(self, count: int) -> None:
        self._done += count
        self._on_progress(self._done, self._total)


def _understood(table: Table, mapping: SubscriptionMap, today: datetime.date) -> list[ImportedSubscription]:
    if missing := sorted(mapping.columns - set(table.columns)):
        raise CannotLoad(_("The file has no column “%(name)s”, which the map speaks of.") % {"name": missing[0]})
    subscriptions: list[ImportedSubscription] = []
    problems: list[Problem] = []
    for row in table.rows:
        result = understand(row, mapping=mapping, today=today)
        if isinstance(result, Problem):
            problems.append(result)
        else:
            subscriptions.append(result)
    problems += _doubles(subscriptions, mapping)
    if problems:
        problems.sort(key=lambda problem: problem.row)
        raise CannotLoad(_in_words(problems), problems)
    return subscriptions


def _doubles(subscriptions: Sequence[ImportedSubscription], mapping: SubscriptionMap) -> Iterator[Problem]:
    rows: dict[str, int] = {}
    for subscription in subscriptions:
        first = rows.setdefault(subscription.external_id, subscription.row)
        if first != subscription.row:
            words = _("“%(text)s” stands in row %(row)d already") % {"text": subscription.external_id, "row": first}
            yield Problem(subscription.row, mapping.external_id.column, words)


def _in_words(problems: Sequence[Problem]) -> str:
    heading = _("Nothing was loaded, because of these cells:")
    lines = [_("Row %(row)d, column “%(column)s”: %(words)s.") % vars(problem) for problem in problems[:MOST_PROBLEMS_SHOWN]]
    if len(problems) > MOST_PROBLEMS_SHOWN:
        lines.append(_("… and %(count)d more.") % {"count": len(problems) - MOST_PROBLEMS_SHOWN})
    return "\n".join([heading, *lines])


def _known(subscriptions: Sequence[ImportedSubscription]) -> set[str]:
    """Return the external ids that orders have already."""
    wanted = [subscription.external_id for subscription in subscriptions]
    found: set[str] = set()
    for begin in range(0, len(wanted), BATCH):
        orders = Order.objects.filter(external_id__in=wanted[begin : begin + BATCH])
        found.update(str(external_id) for external_id in orders.values_list("external_id", flat=True))
    return found
