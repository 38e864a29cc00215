"""The rows that were not loaded, as a table to mend and load again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from .subscription import Problem
from .table import Table

REASONS = " · "


def skipped_rows(table: Table, *, problems: Iterable[Problem]) -> Iterator[list[str]]:
    """Yield the heading and those rows of `table` that have `problems`, each with what is wrong in one column more.

    A row whose cells cannot be told apart is there with its reason only. Raises CannotReadTable.
    """
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    yield [*table.columns, _("Why it was skipped")]
    for row in table.rows:
        if row.number in by_row:
            told = (f"{each.column}: {each.words}" if each.column else each.words for each in by_row[row.number])
            yield [*(row.cells.get(column, "") for column in table.columns), REASONS.join(told)]
