"""The billing run: everything due on or before a day, exactly once, however often it is started, killed and started again."""

import datetime
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError, transaction

from soon.activity.actor import Actor
from soon.models import BillingRun

from ._batch import Batcher
from ._claim import Queue
from ._compute import Biller, everything_due
from ._read import Catalogue
from .begin import begin
from .finish import finish

log = logging.getLogger(__name__)

Clock = Callable[[], datetime.datetime]
Progress = Callable[[int, int], None]

# Large enough that a statement's own cost is spread thin, small enough that a kill loses no second of work.
BATCH = 1000


@dataclass
class Stop:
    """Set it to let a run end after the batch in hand."""

    is_wanted: bool = False


def run(
    *,
    bills_until: datetime.date,
    actor: Actor,
    clock: Clock,
    time_zones: Collection[str] | None = None,
    batch_size: int = BATCH,
    on_progress: Progress | None = None,
    joins: BillingRun | None = None,
    stop: Stop | None = None,
) -> BillingRun:
    """Issue every document due on or before the local date `bills_until`, dated that day, and end what ends by then.

    `time_zones` restricts it to orders of these zones (None: all). Each batch is a transaction of its own, with its documents,
    chatter, letters and cursors; any number of processes may run at once on PostgreSQL, where `joins` lets them share one
    BillingRun that its starter finishes. An order that cannot be billed is set aside. Raises OperationalError when the database
    is away; what was committed by then stays, and the next run goes on.
    """
    stop = stop or Stop()
    queue = Queue(bills_until, time_zones)
    total = queue.due().count() if on_progress else 0
    started = joins or begin(bills_until=bills_until, actor=actor, at=clock())
    catalogue = Catalogue()
    biller = Biller(catalogue, bills_until, everything_due(bills_until))
    batcher = Batcher(started, catalogue, biller, actor, bills_until)
    done = 0
    while not stop.is_wanted:
        looked_at = _walk_on(queue, batcher, batch_size, clock)
        if looked_at is None:
            break
        done += looked_at
        if on_progress:
            on_progress(min(done, total), total)
    if joins is None and not stop.is_wanted:
        finish(started, clock=clock, time_zones=time_zones)
    return started


def _walk_on(queue: Queue, batcher: Batcher, most: int, clock: Clock) -> int | None:
    """Bill the next batch; return how many orders that were, 0 to look again from the start, None when nothing is left."""
    orders: list[int] = []
    begins = queue.is_at_its_start
    at = clock()
    try:
        with transaction.atomic():
            orders = queue.claim(most)
            if not orders:
                return None if begins else 0
            batcher.bill(orders, at)
            return len(orders)
    except OperationalError:
        raise
    except DatabaseError as error:
        log.warning("A batch of %s orders is billed again in parts: %s", len(orders), error)
    batcher.bill_apart(orders, at)
    return len(orders)
