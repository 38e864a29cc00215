"""Counting what a verification looked at and found, and keeping the first findings of each check."""

import datetime
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import DatabaseError

from soon.queries.verification.checks import Check, Finding, Moment, Theme, Walk
from soon.queries.verification.structure import BROKE_OFF
from soon.queries.verification.themes import LOOKED_AT

log = logging.getLogger(__name__)

# So many findings of a check are kept with their record; more are only counted.
MOST_KEPT = 20

Progress = Callable[[int, int], None]


class Tally:
    """What was looked at, and what contradicts it."""

    def __init__(self, themes: Sequence[Theme], on_progress: Progress | None) -> None:
        self._themes = themes
        self._on_progress = on_progress
        self._counts: dict[str, int] = {}
        self._done = 0
        self._total = 0
        self.found: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._broken_off: set[str] = set()
        self.findings: list[dict[str, Any]] = []

    def walk(self, at: datetime.datetime) -> None:
        """Make every walk. Raises DatabaseError; what breaks off for another reason is a contradiction itself."""
        walks = [walk for theme in self._themes for walk in theme.walks]
        self._counts = {
            noun: LOOKED_AT[noun].how_many() for noun in {check.looks_at for walk in walks for check in walk.checks}
        }
        self._total = sum(map(self._size, walks))
        for walk in walks:
            self._make(walk, at)

    @property
    def checked(self) -> dict[str, dict[str, int]]:
        """How many records each check looked at that came to its end, and how many contradict it."""
        checks = [check for theme in self._themes for check in theme.checks if check.code not in self._broken_off]
        return {check.code: {"looked_at": self._counts[check.looks_at], "found": self.found[check.code]} for check in checks}

    @property
    def contradictions(self) -> int:
        """How many there are; what is only worth knowing is none."""
        notices = {check.code for theme in self._themes for check in theme.checks if check.is_notice}
        return sum(count for code, count in self.found.items() if code not in notices)

    def _make(self, walk: Walk, at: datetime.datetime) -> None:
        begun_at = self._done

        def seen(count: int) -> None:
            self._move_to(min(self._done + count, begun_at + self._size(walk)))

        try:
            for finding in walk.find(Moment(at, seen, self._wants)):
                self._count(finding)
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("the walk %s broke off", walk.find.__name__)
            self._broken_off.update(check.code for check in walk.checks)
            told = {"error": f"{type(error).__name__}: {error}"}
            self._count(Finding(BROKE_OFF, ", ".join(check.code for check in walk.checks), facts=told))
        self._move_to(begun_at + self._size(walk))

    def _wants(self, check: Check) -> bool:
        return self._kept[check.code] < MOST_KEPT

    def _count(self, finding: Finding) -> None:
        code = finding.check.code
        if self._wants(finding.check):
            kept = {"check": code, "record": finding.record, "noun": finding.noun, "key": finding.key}
            self.findings.append(kept | {"facts": dict(finding.facts)})
            self._kept[code] += 1
        self.found[code] += finding.count

    def _size(self, walk: Walk) -> int:
        return self._counts[walk.checks[0].looks_at]

    def _move_to(self, done: int) -> None:
        self._done = done
        if self._on_progress:
            self._on_progress(done, self._total)
