"""Carrying on with a closing of many, a batch at a time: killed at any instant, it goes on where it was."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.utils.translation import override

from soon.activity.actor import staff
from soon.models import BulkClosing, BulkClosingRow, Closure, Order
from soon.models.bulk import any_of, update_rows
from soon.operations.billing._read import Catalogue
from soon.operations.closing._apart import close_apart
from soon.operations.closing._request import CannotClose
from soon.operations.settling import lock_money_of_all
from soon.queries.due import local_day

from ._asked import asked_of_each

BATCH = 200
LONGEST_REFUSAL = 500

Answers = Mapping[int, Closure | CannotClose]


@transaction.atomic
def carry_on(closing: BulkClosing, *, at: datetime.datetime, batch_size: int = BATCH) -> int:
    """Close the next orders of `closing`, at most `batch_size`, each on its own local day; return how many were answered.

    What became of an order is stored together with its closing, so none is closed twice or forgotten. On PostgreSQL any number
    of processes share the rows. 0 says that nothing is left for this one. Raises OperationalError when the database is away.
    """
    waiting = BulkClosingRow.objects.filter(closing=closing, outcome=BulkClosingRow.Outcome.WAITING)
    claimed = waiting.order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        claimed = claimed.select_for_update(skip_locked=True)
    rows = dict(claimed.values_list("order", "pk")[:batch_size])
    if rows:
        with override(closing.by_user.language or "vi"):
            answers = _close(closing, sorted(rows), at)
            _keep(rows, answers)
    if not waiting.exists():
        BulkClosing.objects.filter(pk=closing.pk, finished_at=None).update(finished_at=at)
    return len(rows)


def _close(closing: BulkClosing, keys: Sequence[int], at: datetime.datetime) -> Answers:
    """Close the orders, all locked at first and then their money, so that nobody waits for us in a circle."""
    locked = Order.objects.select_for_update(no_key=True).filter(pk__in=any_of(keys)).order_by("pk")
    orders = list(locked.values_list("pk", "customer", "time_zone"))
    lock_money_of_all({customer for _, customer, _ in orders})
    by_day: dict[datetime.date, list[int]] = defaultdict(list)
    for key, _, time_zone in orders:
        by_day[local_day(at, time_zone)].append(key)
    request, catalogue, actor = asked_of_each(closing), Catalogue(), staff(closing.by_user)
    answers: dict[int, Closure | CannotClose] = {}
    for today, of_day in by_day.items():
        answers |= close_apart(dict.fromkeys(of_day, request), actor=actor, at=at, today=today, catalogue=catalogue)
    return answers


def _keep(rows: Mapping[int, int], answers: Answers) -> None:
    """Store what became of each order, `rows` being the keys of their rows."""
    closed = {rows[key]: answer.pk for key, answer in answers.items() if isinstance(answer, Closure)}
    refused = {rows[key]: str(answer)[:LONGEST_REFUSAL] for key, answer in answers.items() if isinstance(answer, CannotClose)}
    for outcome, keys in ((BulkClosingRow.Outcome.CLOSED, closed), (BulkClosingRow.Outcome.REFUSED, refused)):
        if keys:
            BulkClosingRow.objects.filter(pk__in=any_of(list(keys))).update(outcome=outcome)
    if closed:
        update_rows(BulkClosingRow, "closure_id", "bigint", closed)
    if refused:
        update_rows(BulkClosingRow, "refusal", "text", refused)
