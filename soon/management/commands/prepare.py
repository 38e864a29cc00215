"""soon prepare: everything a new release needs before its server starts."""

from typing import Any

from django.utils.translation import gettext_lazy

from soon.jobs.prepare import prepare_database, prepare_static_files
from soon.management.spoken import SpokenCommand


class Command(SpokenCommand):
    purpose = gettext_lazy("Bring database and static files to this release; `soon serve` does it by itself.")

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_database(self.say)
        prepare_static_files(self.say)
