"""soon createadmin: the first person who may do everything."""

import getpass
import os
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.jobs.prepare import prepare_database
from soon.management.spoken import SpokenCommand
from soon.operations.installation.create_administrator import create_administrator


class Command(SpokenCommand):
    purpose = gettext_lazy("Create an administrator. The password is asked for, or taken from SOON_ADMIN_PASSWORD.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email")
        parser.add_argument("--name")

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_database(self.say)
        email = options["email"] or self._ask(_("E-mail: "), "--email")
        name = options["name"] or self._ask(_("Name: "), "--name")
        password = os.environ.get("SOON_ADMIN_PASSWORD") or self._ask_password()
        user = create_administrator(email, name=name, password=password, at=timezone.now())
        self.say(_("%(email)s can log in now.") % {"email": user.email})

    def _ask(self, question: str, option: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError(_("Nobody is there to ask; give %(option)s.") % {"option": option})
        return input(question)

    def _ask_password(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError(_("Nobody is there to ask for a password; set SOON_ADMIN_PASSWORD."))
        password = getpass.getpass(_("Password: "))
        if getpass.getpass(_("Password, once more: ")) != password:
            raise CommandError(_("The two passwords are not the same."))
        return password
