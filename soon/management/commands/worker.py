"""soon worker: does what is due until it is stopped."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.jobs.worker import Worker
from soon.management.spoken import SpokenCommand


class Command(SpokenCommand):
    purpose = gettext_lazy("Issue invoices, send letters and do whatever else is due, until stopped.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--parent", type=int, help=_("end as soon as this process is no longer the parent"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"] is None:
            self.say(_("The worker is at work. Ctrl-C ends it."))
        Worker(parent=options["parent"]).run()
