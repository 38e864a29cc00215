"""soon serve: the whole application by one command."""

import os
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.config import environment
from soon.jobs.prepare import prepare_database, prepare_static_files
from soon.jobs.serve import Server, check_address
from soon.management.logins import demo_logins
from soon.management.spoken import SpokenCommand


class Command(SpokenCommand):
    purpose = gettext_lazy("Start the web server and its worker; Ctrl-C stops both.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("SOON_HOST") or "127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], self._port(options["port"])
        check_address(host, port)
        prepare_database(self.say)
        prepare_static_files(self.say)
        logins = demo_logins()

        def announce() -> None:
            self.say(_("SoOn Subscriptions is ready: %(address)s") % {"address": f"http://{host}:{port}/"})
            for line in logins:
                self.say(line)

        Server(host, port, on_ready=announce, with_worker=environment.flag("SOON_WORKER", default=True)).run()

    def _port(self, text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= 65535:
            raise CommandError(_("PORT must be a number from 1 to 65535, not “%(text)s”.") % {"text": text})
        return int(text)
