"""Looking at every row of a table without storing anything."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ._check import Check
from ._map_parts import FileMap
from .subscription import Problem
from .table import Table


class Rehearsal(NamedTuple):
    """What loading would do: rows looked at, counts as operations/imports/_check.py names them, and every problem."""

    rows: int
    bad: int
    counts: Mapping[str, Any]
    problems: Sequence[Problem]


def rehearse(table: Table, *, mapping: FileMap, today: datetime.date) -> Rehearsal:
    """Return what loading `table` on the local date `today` would do. Raises CannotReadTable; writes nothing."""
    check = Check(mapping, table.form, today)
    check.look(table)
    return Rehearsal(check.rows, check.bad, check.counts, check.problems)
