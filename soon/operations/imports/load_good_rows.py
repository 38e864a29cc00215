"""Loading the good rows of a table, and telling what is wrong with the others."""

import datetime
from collections.abc import Callable, Sequence

from django.db import transaction

from soon.activity.actor import Actor

from ._check import Check
from ._load_apart import load_apart
from ._loaded import Loaded
from ._map_parts import FileMap
from .subscription import Problem
from .table import Table


def load_good_rows(
    table: Table,
    *,
    mapping: FileMap,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    on_progress: Callable[[int], None],
) -> tuple[Loaded, Sequence[Problem]]:
    """Store every good row of `table` that is not there yet, in batches; return what came of it, and what is wrong elsewhere.

    Each batch is a transaction: stopped in the middle, it is begun again, and goes on behind what is there. Raises
    CannotReadTable where the file cannot be read, at once or further down.
    """
    check = Check(mapping, table.form, today)
    total, problems = Loaded(), []
    for batch in check.good_rows(table):
        with transaction.atomic():
            loaded, failed = load_apart(batch, mapping=mapping, actor=actor, at=at, today=today)
        total += loaded
        problems += failed
        on_progress(check.rows)
    return total, sorted([*check.problems, *problems], key=lambda problem: problem.row)
