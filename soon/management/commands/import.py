"""soon import: brings in what a business kept elsewhere."""  # noqa: N999 - the command is named so

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.activity.actor import system
from soon.domain.periods import local_date
from soon.jobs.prepare import prepare_database
from soon.management.options import day
from soon.management.progress import progress_bar
from soon.management.spoken import SpokenCommand
from soon.models import Company
from soon.operations.imports.load_subscriptions import Loaded, load_subscriptions
from soon.operations.imports.read_map import read_map
from soon.operations.imports.read_table import read_table


class Command(SpokenCommand):
    purpose = gettext_lazy("Load customers with their subscriptions from a CSV file; all of them, or none if a row is wrong.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["subscriptions"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", type=Path, required=True, help=_("which column is which field (see docs/examples)"))
        parser.add_argument("--today", type=day, help=_("the day from which starts are counted back, as 2026-11-23"))

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        mapping = read_map(self._content(options["map"]).decode(errors="replace"))
        table = read_table(self._content(options["file"]))
        prepare_database(self.say)
        at = timezone.now()
        today = options["today"] or local_date(at, Company.ours().time_zone)
        words = _("Loading subscriptions")
        self.say(f"{words}…")
        with progress_bar(words) as move:
            loaded = load_subscriptions(table, mapping=mapping, actor=system(), at=at, today=today, on_progress=move)
        self._sum_up(loaded, round(time.monotonic() - begun))

    def _content(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            words = _("Cannot read %(path)s: %(error)s") % {"path": path, "error": error.strerror}
            raise CommandError(words) from error

    def _sum_up(self, loaded: Loaded, seconds: int) -> None:
        self.say(
            _("%(stored)d subscriptions loaded, %(closed)d of them closed, in %(seconds)d s.")
            % {"stored": loaded.stored, "closed": loaded.closed, "seconds": seconds}
        )
        if loaded.known:
            self.say(_("%(known)d were there already and stay as they are.") % {"known": loaded.known})
