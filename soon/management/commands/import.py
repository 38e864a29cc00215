"""soon import: brings in what a business kept elsewhere."""  # noqa: N999 - the command is named so

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from soon.activity.actor import system
from soon.domain.file_contents import CONTENTS, CUSTOMERS, PLANS, PRODUCTS, SUBSCRIPTIONS
from soon.domain.periods import local_date
from soon.jobs.prepare import prepare_database
from soon.management.options import day
from soon.management.progress import progress_bar
from soon.management.spoken import SpokenCommand
from soon.models import Company
from soon.operations.imports._map_parts import FileMap
from soon.operations.imports._open import check_size
from soon.operations.imports.certain_form import certain_form
from soon.operations.imports.load_all_rows import load_all_rows
from soon.operations.imports.load_good_rows import load_good_rows
from soon.operations.imports.read_map import read_map
from soon.operations.imports.read_table import read_table
from soon.operations.imports.rehearse import rehearse
from soon.operations.imports.skipped_rows import skipped_rows
from soon.operations.imports.subscription import Problem
from soon.operations.imports.table import Table
from soon.operations.tally.fold import fold
from soon.queries.csv_text import csv_lines

MOST_PROBLEMS_SHOWN = 100
LOADED = {
    SUBSCRIPTIONS: gettext_lazy("%(stored)d subscriptions loaded, %(closed)d of them closed, in %(seconds)d s."),
    CUSTOMERS: gettext_lazy("%(stored)d customers loaded in %(seconds)d s."),
    PRODUCTS: gettext_lazy("%(stored)d rows of products and prices loaded in %(seconds)d s."),
    PLANS: gettext_lazy("%(stored)d recurring plans loaded in %(seconds)d s."),
}
REHEARSED = {
    CUSTOMERS: gettext_lazy(
        "%(rows)d rows, %(bad)d of them not right. Would be created: %(records)d customers; %(known)d are there already."
    ),
    PRODUCTS: gettext_lazy(
        "%(rows)d rows, %(bad)d of them not right. Would be created: %(prices)d prices of %(records)d products; "
        "%(known)d rows are there already."
    ),
    PLANS: gettext_lazy(
        "%(rows)d rows, %(bad)d of them not right. Would be created: %(records)d plans; %(known)d are there already."
    ),
}


class Command(SpokenCommand):
    purpose = gettext_lazy(
        "Load subscriptions, or customers, products or plans alone, from a CSV or XLSX file; all rows, or none if one is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=CONTENTS)
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", type=Path, required=True, help=_("which column is which field (see docs/examples)"))
        parser.add_argument("--today", type=day, help=_("the day from which starts are counted back, as 2026-11-23"))
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--dry-run", action="store_true", help=_("tell what is wrong and what would be loaded; load nothing"))
        way.add_argument("--skip-bad-rows", type=Path, metavar="OUT.csv", help=_("load the others, and write these to a file"))

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        prepare_database(self.say)
        mapping = read_map(self._content(options["map"]).decode(errors="replace"), kind=options["what"])
        table = self._table(self._content(options["file"]), mapping)
        at = timezone.now()
        dates: dict[str, Any] = {"today": options["today"] or local_date(at, Company.ours().time_zone)}
        if options["dry_run"]:
            self._rehearse(table, mapping, **dates)
            return
        who: dict[str, Any] = {"actor": system(), "at": at}
        words = _("Loading the file")
        self.say(f"{words}…")
        with progress_bar(words) as move:
            if options["skip_bad_rows"]:
                total = len(tuple(table.rows))
                loaded, problems = load_good_rows(
                    table, mapping=mapping, on_progress=lambda rows: move(rows, total), **who, **dates
                )
            else:
                loaded, problems = load_all_rows(table, mapping=mapping, on_progress=move, **who, **dates), ()
        fold()
        self.say(
            LOADED[mapping.kind]
            % {"stored": loaded.stored, "closed": loaded.closed, "seconds": round(time.monotonic() - begun)}
        )
        if loaded.known:
            self.say(_("%(known)d were there already and stay as they are.") % {"known": loaded.known})
        if options["skip_bad_rows"]:
            self._write_skipped(options["skip_bad_rows"], table, problems)

    def _table(self, content: bytes, mapping: FileMap) -> Table:
        """Return the table as the map says it is read; tell what it looks like beyond that, for nobody confirms it here."""
        form, looks = certain_form(content, said=mapping.said)
        if looks:
            part = json.dumps({"file": looks}, ensure_ascii=False)
            self.say(
                _("The file looks as if it were written otherwise. If it is, say so in the map: %(part)s") % {"part": part}
            )
        return read_table(content, form=form)

    def _content(self, path: Path) -> bytes:
        try:
            check_size(path.stat().st_size)
            return path.read_bytes()
        except OSError as error:
            raise self._cannot(_("Cannot read %(path)s: %(error)s"), path, error) from error

    def _cannot(self, words: str, path: Path, error: OSError) -> CommandError:
        return CommandError(words % {"path": path, "error": error.strerror})

    def _rehearse(self, table: Table, mapping: FileMap, **dates: Any) -> None:
        found = rehearse(table, mapping=mapping, **dates)
        self._tell(found.problems)
        counts = found.counts
        words = REHEARSED.get(mapping.kind) or _(
            "%(rows)d rows, %(bad)d of them not right. Would be created: %(subscriptions)d subscriptions, "
            "%(customers)d customers, %(plans)d plans, %(products)d products, %(reasons)d close reasons; "
            "%(known)d subscriptions are there already."
        )
        self.say(str(words) % {"rows": found.rows, "bad": found.bad, **counts})
        if found.problems:
            raise CommandError(_("Nothing was loaded."))

    def _tell(self, problems: Sequence[Problem]) -> None:
        for each in problems[:MOST_PROBLEMS_SHOWN]:
            told = {"row": each.row, "column": each.column, "words": each.words}
            self.say(_("Row %(row)d, column “%(column)s”: %(words)s.") % told)
        if len(problems) > MOST_PROBLEMS_SHOWN:
            self.say(_("… and %(count)d more.") % {"count": len(problems) - MOST_PROBLEMS_SHOWN})

    def _write_skipped(self, path: Path, table: Table, problems: Sequence[Problem]) -> None:
        self._tell(problems)
        skipped = len({each.row for each in problems})
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_lines(skipped_rows(table, problems=problems), delimiter=table.form.delimiter))
        except OSError as error:
            raise self._cannot(_("Cannot write %(path)s: %(error)s"), path, error) from error
        words = ngettext(
            "%(count)d row was skipped; it stands in %(path)s.", "%(count)d rows were skipped; they stand in %(path)s.", skipped
        )
        self.say(words % {"count": skipped, "path": path})
