"""soon verify: is everything still true?"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from soon import formatting
from soon.activity.actor import system
from soon.management.progress import progress_bar
from soon.management.spoken import SpokenCommand
from soon.models import Verification
from soon.operations.verification.verify import verify
from soon.queries.verification.results import Row, result_of
from soon.queries.verification.themes import ALL_THEMES, THEMES

CONTRADICTED, COULD_NOT_RUN = 1, 2


class Command(SpokenCommand):
    purpose = gettext_lazy(
        "Look whether everything in the database is still true: every day billed once, every sum right. "
        "Exit code 0: it is; 1: it is not; 2: it could not be looked at."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("print one JSON object instead of sentences"))
        rebuilt = _("also make the movements of monthly revenue anew from what happened, and compare")
        parser.add_argument("--rebuild-movements", action="store_true", help=rebuilt)
        parser.add_argument("--quiet", action="store_true", help=_("print only what is not true"))

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        try:
            result = self._verify(options)
        except DatabaseError as error:
            words = _("The database cannot be read (%(error)s). Nothing was checked.") % {"error": str(error).strip()}
            raise CommandError(words, returncode=COULD_NOT_RUN) from error
        seconds = time.monotonic() - begun
        if options["json"]:
            self.say(json.dumps(_facts(result, seconds), ensure_ascii=False))
        else:
            for line in _sentences(result, seconds, is_quiet=options["quiet"]):
                self.say(line)
        if result.found:
            sys.exit(CONTRADICTED)

    def _verify(self, options: dict[str, Any]) -> Verification:
        def walk(move: Callable[[int, int], None] | None = None) -> Verification:
            themes = ALL_THEMES if options["rebuild_movements"] else THEMES
            return verify(actor=system(), clock=timezone.now, on_progress=move, themes=themes)

        if options["json"] or options["quiet"]:
            return walk()
        with progress_bar(_("Checking")) as move:
            return walk(move)


def _sentences(result: Verification, seconds: float, *, is_quiet: bool) -> Iterator[str]:
    """Yield a line for each check with how many records it looked at, what is not true of which, and the sum of it all."""
    for group in result_of(result):
        rows = [row for row in group.rows if row.found or not is_quiet]
        if rows:
            yield str(group.title)
        for row in rows:
            yield from _lines(row)
    if result.found:
        words = ngettext("%(count)s contradiction was found.", "%(count)s contradictions were found.", result.found)
        yield words % {"count": _number(result.found)}
    elif not is_quiet:
        words = ngettext("Everything is still true. %(count)s check took %(seconds)s s.",
                         "Everything is still true. %(count)s checks took %(seconds)s s.", len(result.checked))  # fmt: skip
        yield words % {"count": _number(len(result.checked)), "seconds": _number(Decimal(f"{seconds:.1f}"))}


def _lines(row: Row) -> Iterator[str]:
    mark = "✓" if not row.found else "·" if row.is_notice else "✗"
    yield f"  {mark} {row.truth} ({_number(row.looked_at)} {row.label})"
    for each in row.told:
        yield f"      {each.record}: {each.sentence}"
    if row.more:
        yield "      " + _("… and %(count)s more.") % {"count": _number(row.more)}


_OF_CHECK = ("code", "truth", "looked_at", "found", "is_notice")


def _facts(result: Verification, seconds: float) -> dict[str, Any]:
    rows = [row for group in result_of(result) for row in group.rows]
    by_check = {row.code: iter(row.told) for row in rows}
    findings = [finding | {"sentence": next(by_check[finding["check"]]).sentence} for finding in result.findings]
    return {
        "verification": result.pk,
        "found": result.found,
        "seconds": round(seconds, 3),
        "checks": [
            {name: str(value) if name == "truth" else value for name, value in vars(row).items() if name in _OF_CHECK}
            for row in rows
        ],
        "findings": findings,
    }


def _number(value: int | Decimal) -> str:
    return formatting.quantity(Decimal(value))
