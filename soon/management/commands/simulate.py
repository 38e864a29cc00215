"""soon simulate: what would be billed, without a database."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.management.spoken import SpokenCommand
from soon.operations.billing.simulate import simulate

# More than anybody writes, less than fills the memory.
MOST_BYTES = 64 * 2**20
# Longer numbers are no amounts; as texts they are refused with the name of their field.
MOST_DIGITS = 40


class Command(SpokenCommand):
    purpose = gettext_lazy("Show what would be billed: read scenarios as JSON, write periods, documents and MRR as JSON.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help=_("a file with one scenario or a list; - for standard input"))

    def handle(self, *args: Any, **options: Any) -> None:
        given = _decoded(_content(options["file"]))
        results: object = [simulate(each) for each in given] if isinstance(given, list) else simulate(given)
        indent = 2 if sys.stdout.isatty() else None
        text = json.dumps(results, ensure_ascii=False, indent=indent)
        # Half a character, which no encoding can write, goes back as the escape that it came as.
        self.say(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def _content(file: str) -> bytes:
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(_("Cannot read %(path)s: %(error)s") % {"path": file, "error": error.strerror}) from error
    if len(content) > MOST_BYTES:
        raise CommandError(_("More than %(size)d MiB at once; give fewer scenarios.") % {"size": MOST_BYTES // 2**20})
    return content


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content, parse_int=_whole_number, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise CommandError(_("This is not JSON: %(error)s") % {"error": error}) from error


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= MOST_DIGITS else text
