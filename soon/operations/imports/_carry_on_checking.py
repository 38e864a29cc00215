"""Checking an uploaded file: every row is looked at, what was found is stored at once at the end."""

import datetime
import json
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import override

from soon.domain.file_forms import FileForm
from soon.models import DataImport, DataImportProblem
from soon.models.bulk import insert_rows
from soon.operations.billing.run import Stop
from soon.operations.refusal import Refusal

from ._check import Check
from ._content import content_of
from ._open import open_table
from .read_map import read_map
from .subscription import Problem

LONGEST_COLUMN = 200
LONGEST_ERROR = 500


class _Stopped(Exception):
    """Somebody wants the work to end; it is begun again later."""


def carry_on_checking(data_import: DataImport, *, clock: Callable[[], datetime.datetime], stop: Stop) -> None:
    """Check the file from its beginning. One that cannot be read goes back to whoever brought it, with the reason."""
    checking = DataImport.objects.filter(pk=data_import.pk, state=DataImport.State.CHECKING)

    def told(rows: int) -> None:
        if stop.is_wanted or not checking.update(rows_checked=rows):
            raise _Stopped

    form, today = FileForm(**data_import.form), data_import.today_on or clock().date()
    try:
        with override(data_import.by_user.language or "vi"):
            check = Check(read_map(json.dumps(data_import.mapping), kind=data_import.kind), form, today)
            check.look(open_table(content_of(data_import), form), told)
    except _Stopped:
        return
    except Refusal as refusal:
        checking.update(state=DataImport.State.UPLOADED, error=str(refusal)[:LONGEST_ERROR])
        return
    with transaction.atomic():
        found = {"rows_total": check.rows, "rows_checked": check.rows, "rows_bad": check.bad, "counts": check.counts}
        if checking.update(state=DataImport.State.CHECKED, error="", **found):
            store_problems(data_import, check.problems)


def store_problems(data_import: DataImport, problems: Sequence[Problem]) -> None:
    """Store what is wrong with rows of the file."""
    rows = (
        (data_import.pk, each.row, each.column[:LONGEST_COLUMN], each.code, json.dumps(each.facts, ensure_ascii=False))
        for each in problems
    )
    insert_rows(DataImportProblem, ("data_import_id", "row", "column", "code", "facts"), rows)
