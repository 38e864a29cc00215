"""Looking at every row of a table before anything is stored: what is wrong, what is double, what would come into being."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from soon.domain.file_contents import SUBSCRIPTIONS
from soon.domain.file_forms import FileForm

from ._kinds import KINDS
from ._load import BATCH
from ._map_parts import FileMap
from ._survey import RecordSurvey, SubscriptionSurvey
from .subscription import Problem
from .table import CannotReadTable, Table, TableRow


class Check:
    """Goes through the rows of a table once; afterwards knows every problem, and counts of what would be created."""

    def __init__(self, mapping: FileMap, form: FileForm, today: datetime.date) -> None:
        self.problems: list[Problem] = []
        self.rows = 0
        self.bad = 0
        self._known = 0
        self._mapping = mapping
        self._kind = KINDS[mapping.kind]
        self._reading = self._kind.understand(mapping, form, today)
        self._first_rows: dict[str, int] = {}
        self._survey = SubscriptionSurvey(today) if mapping.kind == SUBSCRIPTIONS else RecordSurvey()

    def good_rows(self, table: Table) -> Iterator[list[Any]]:
        """Yield the good rows of `table` in batches; note what is wrong with the others. Raises CannotReadTable."""
        if missing := sorted(self._mapping.columns - set(table.columns)):
            raise CannotReadTable(_("The file has no column “%(name)s”, which the map speaks of.") % {"name": missing[0]})
        rows = iter(table.rows)
        while batch := list(islice(rows, BATCH)):
            good = []
            for row in batch:
                found = self._reading.of(row)
                problems = self._noted(row, found) if isinstance(found, list) else self._double(found)
                self.problems += problems
                self.bad += bool(problems)
                if not problems:
                    good.append(found)
            self.rows += len(batch)
            new = self._kind.new(good)
            self._known += len(good) - len(new)
            self._survey.count(new)
            yield good

    def look(self, table: Table, on_progress: Callable[[int], None] = lambda rows: None) -> None:
        """Go through `table`, saying after each batch how many rows were looked at."""
        for _good in self.good_rows(table):
            on_progress(self.rows)

    def _noted(self, row: TableRow, problems: list[Problem]) -> list[Problem]:
        """Return the `problems` of a bad row, and remember its key: no later row of that key may be loaded in its place."""
        if key := self._reading.key_of(row):
            self._first_rows.setdefault(key, row.number)
        return problems

    def _double(self, found: Any) -> list[Problem]:
        first = self._first_rows.setdefault(found.key, found.row)
        if first == found.row:
            return []
        facts = {"text": found.key[:50], "row": first}
        return [Problem(found.row, self._mapping.key_column, "double", facts)]

    @property
    def counts(self) -> Mapping[str, object]:
        """What loading would do, as a DataImport keeps it: numbers, names, and sums in minor units by currency."""
        return {"known": self._known, **self._survey.counts}
