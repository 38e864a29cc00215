"""Loading a table: all of it, or nothing."""

import datetime
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from soon.activity.actor import Actor
from soon.operations.refusal import Refusal

from ._catalogue import empty_catalogue
from ._check import Check
from ._load import load
from ._loaded import Loaded
from ._map_parts import FileMap
from .subscription import Problem
from .table import CannotReadTable, Table

MOST_PROBLEMS_SHOWN = 10


class CannotLoad(Refusal):
    """The table holds something that cannot be loaded. `problems` names every bad cell."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = problems


@transaction.atomic
def load_all_rows(
    table: Table,
    *,
    mapping: FileMap,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    on_progress: Callable[[int, int], None],
) -> Loaded:
    """Store every row of `table` that is not there yet; close subscriptions that the map calls closed.

    Whoever left is closed by the verb that closes everybody, on their own day or `today`. Raises CannotLoad; then nothing is
    written at all.
    """
    check = Check(mapping, table.form, today)
    try:
        batches = list(check.good_rows(table))
    except CannotReadTable as refusal:
        raise CannotLoad(str(refusal)) from refusal
    if check.problems:
        raise CannotLoad(_in_words(check.problems), check.problems)
    loaded, found = Loaded(), empty_catalogue()
    total = sum(map(len, batches))
    for batch in batches:
        loaded += load(batch, mapping=mapping, actor=actor, at=at, today=today, found=found)
        on_progress(loaded.stored + loaded.known, total)
    return loaded


def _in_words(problems: Sequence[Problem]) -> str:
    heading = _("Nothing was loaded, because of these cells:")
    lines = [
        _("Row %(row)d, column “%(column)s”: %(words)s.") % {"row": each.row, "column": each.column, "words": each.words}
        for each in problems[:MOST_PROBLEMS_SHOWN]
    ]
    if len(problems) > MOST_PROBLEMS_SHOWN:
        lines.append(_("… and %(count)d more.") % {"count": len(problems) - MOST_PROBLEMS_SHOWN})
    return "\n".join([heading, *lines])
