"""Loading an uploaded file that was checked, in one transaction or in one for each batch."""

import datetime
import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from soon.activity.actor import staff
from soon.domain.file_forms import FileForm
from soon.models import DataImport, DataImportProblem
from soon.operations.billing.run import Stop
from soon.operations.refusal import Refusal

from ._carry_on_checking import LONGEST_ERROR, store_problems
from ._catalogue import empty_catalogue
from ._content import content_of
from ._kinds import KINDS
from ._load import BATCH, load
from ._load_apart import FAILING, load_apart
from ._loaded import Loaded
from ._open import open_table
from .read_map import read_map
from .subscription import Problem
from .table import TableRow


class _Stopped(Exception):
    """Somebody wants the work to end; nothing of it stays, and it is begun again later."""


class _NotRight(Refusal):
    """A row was right when it was checked, and is not any more."""


class _File:
    """The rows of an import's file that are still to be loaded, understood a batch at a time."""

    def __init__(self, data_import: DataImport) -> None:
        form = FileForm(**data_import.form)
        self.mapping = read_map(json.dumps(data_import.mapping), kind=data_import.kind)
        self.today = data_import.today_on or data_import.created_at.date()
        self._reading = KINDS[data_import.kind].understand(self.mapping, form, self.today)
        bad = DataImportProblem.objects.filter(data_import=data_import).order_by()
        self._bad = set(bad.values_list("row", flat=True))
        self._rows: Iterator[TableRow] = iter(open_table(content_of(data_import), form).rows)

    def batches(self) -> Iterator[list[TableRow]]:
        """Yield all rows in batches."""
        while batch := list(islice(self._rows, BATCH)):
            yield batch

    def understood(self, rows: list[TableRow], after: int) -> tuple[list[Any], list[Problem], int]:
        """Return of those of `rows` behind row `after` the good ones, new problems, and how many are skipped."""
        good: list[Any] = []
        problems: list[Problem] = []
        skipped = 0
        for row in rows:
            if row.number <= after:
                continue
            found = [] if row.number in self._bad else self._reading.of(row)
            if isinstance(found, list):
                skipped += 1
                problems += found
            else:
                good.append(found)
        return good, problems, skipped


def load_all_or_nothing(data_import: DataImport, *, clock: Callable[[], datetime.datetime], stop: Stop) -> None:
    """Load all rows in one transaction; where one cannot be stored, none is, and the import has failed."""
    try:
        with override(data_import.by_user.language or "vi"), transaction.atomic():
            if not _claimed(data_import):
                return
            _load_whole(data_import, clock(), stop)
    except _Stopped:
        return
    except OperationalError:
        raise
    except FAILING as error:
        failed = DataImport.objects.filter(pk=data_import.pk, state=DataImport.State.LOADING)
        failed.update(state=DataImport.State.FAILED, error=str(error)[:LONGEST_ERROR], finished_at=clock())


def _load_whole(data_import: DataImport, at: datetime.datetime, stop: Stop) -> None:
    file, total, last = _File(data_import), Loaded(), 0
    found = empty_catalogue()
    actor = staff(data_import.by_user)
    for rows in file.batches():
        if stop.is_wanted:
            raise _Stopped
        good, problems, _skipped = file.understood(rows, 0)
        if problems:
            words = _("Row %(row)d, column “%(column)s”: %(words)s.")
            raise _NotRight(words % {"row": problems[0].row, "column": problems[0].column, "words": problems[0].words})
        total += load(good, mapping=file.mapping, actor=actor, at=at, today=file.today, found=found)
        last = rows[-1].number
    _finish(data_import, at, rows_loaded=total.stored, rows_known=total.known, rows_closed=total.closed, loaded_until=last)


def load_in_batches(data_import: DataImport, *, clock: Callable[[], datetime.datetime], stop: Stop) -> None:
    """Load the good rows, each batch in a transaction that also says how far it came."""
    error = ""
    with override(data_import.by_user.language or "vi"):
        try:
            file = _File(data_import)
            for rows in file.batches():
                if rows[-1].number <= data_import.loaded_until:
                    continue
                if stop.is_wanted or not _load_batch(data_import, file, rows, clock()):
                    return
        except Refusal as refusal:
            # One of the plans is gone, or what follows cannot be read: what is loaded stays.
            error = str(refusal)[:LONGEST_ERROR]
    with transaction.atomic():
        if _claimed(data_import):
            _finish(data_import, clock(), error=error)


@transaction.atomic
def _load_batch(data_import: DataImport, file: _File, rows: list[TableRow], at: datetime.datetime) -> bool:
    """Load what is left of `rows`; return whether it is ours to go on."""
    claimed = _claimed(data_import)
    if claimed is None:
        return False
    good, problems, skipped = file.understood(rows, claimed.loaded_until)
    actor = staff(data_import.by_user)
    loaded, failed = load_apart(good, mapping=file.mapping, actor=actor, at=at, today=file.today)
    store_problems(data_import, [*problems, *failed])
    DataImport.objects.filter(pk=data_import.pk).update(
        loaded_until=max(rows[-1].number, claimed.loaded_until),
        rows_loaded=F("rows_loaded") + loaded.stored,
        rows_known=F("rows_known") + loaded.known,
        rows_closed=F("rows_closed") + loaded.closed,
        rows_skipped=F("rows_skipped") + skipped + len(failed),
    )
    return True


def _claimed(data_import: DataImport) -> DataImport | None:
    """Return the import as it is now, ours until the transaction ends; None where another worker has it, or it is done."""
    waiting = DataImport.objects.filter(pk=data_import.pk, state=DataImport.State.LOADING)
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    return waiting.first()


def _finish(data_import: DataImport, at: datetime.datetime, **told: int | str) -> None:
    DataImport.objects.filter(pk=data_import.pk).update(state=DataImport.State.FINISHED, finished_at=at, **told)
