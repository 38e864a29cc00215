"""Counting what a verification looked at and found, and keeping the first findings of each check."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from soon.queries.verification.checks import Check, Finding, Moment, Theme, Walk
from soon.queries.verification.themes import LOOKED_AT

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
        self.findings: list[dict[str, Any]] = []

    def walk(self, moment_at: Any) -> None:
        """Make every walk."""
        walks = [walk for theme in self._themes for walk in theme.walks]
        self._counts = {
            noun: LOOKED_AT[noun].how_many() for noun in {check.looks_at for walk in walks for check in walk.checks}
        }
        self._total = sum(map(self._size, walks))
        for walk in walks:
            self._make(walk, moment_at)

    @property
    def checked(self) -> dict[str, dict[str, int]]:
        """How many records each check looked at, and how many contradict it."""
        checks = [check for theme in self._themes for check in theme.checks]
        return {check.code: {"looked_at": self._counts[check.looks_at], "found": self.found[check.code]} for check in checks}

    @property
    def contradictions(self) -> int:
        """How many there are; what is only worth knowing is none."""
        notices = {check.code for theme in self._themes for check in theme.checks if check.is_notice}
        return sum(count for code, count in self.found.items() if code not in notices)

    def _make(self, walk: Walk, at: Any) -> None:
        begun_at = self._done

        def seen(count: int) -> None:
            self._move_to(min(self._done + count, begun_at + self._size(walk)))

        for finding in walk.find(Moment(at, seen)):
            self._count(finding.check, finding)
        self._move_to(begun_at + self._size(walk))

    def _count(self, check: Check, finding: Finding) -> None:
        if sum(1 for each in self.findings if each["check"] == check.code) < MOST_KEPT:
            kept = {"check": check.code, "record": finding.record, "noun": finding.noun, "key": finding.key}
            self.findings.append(kept | {"facts": dict(finding.facts)})
        self.found[check.code] += finding.count

    def _size(self, walk: Walk) -> int:
        return self._counts[walk.checks[0].looks_at]

    def _move_to(self, done: int) -> None:
        self._done = done
        if self._on_progress:
            self._on_progress(done, self._total)
