"""What our commands have in common: they speak the language of the terminal, and refuse in sentences."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.functional import Promise

from soon.operations.refusal import Refusal


def terminal_language() -> str:
    """Return "vi" or "en" as the terminal's locale says; Vietnamese where it says neither."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    spoken = locale[:2].lower()
    return spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class SpokenCommand(BaseCommand):
    """A command whose words are translated; a Refusal of a verb becomes its last line and a non-zero exit code."""

    # What the command is for, as --help says it.
    purpose: Promise

    def run_from_argv(self, argv: list[str]) -> None:
        """Also refuse wrong options in the terminal's language."""
        with translation.override(terminal_language()):
            super().run_from_argv(argv)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Explain the options in the terminal's language."""
        with translation.override(terminal_language()):
            self.help = str(self.purpose)
            return super().create_parser(prog_name, subcommand, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run in the terminal's language."""
        with translation.override(terminal_language()):
            try:
                return super().execute(*args, **options)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal

    def say(self, line: str) -> None:
        """Print `line` at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()
