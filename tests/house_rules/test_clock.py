"""Only doors read the clock: below them the day and the moment are arguments.

Jobs run late and are still right, a closing can be computed for next month, and a test needs no frozen clock.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house_rules.source import faults, last_name, none, planted

BELOW = [
    f"soon/{room}" for room in ("domain", "models", "activity", "mail", "queries", "operations", "printing", "formatting.py")
]
CLOCKS = {
    "now": {"timezone", "datetime", "dt"},
    "utcnow": {"datetime", "dt"},
    "today": {"date", "datetime", "dt"},
    "localdate": {"timezone"},
    "time": {"time"},
    "time_ns": {"time"},
    "monotonic": {"time"},
}
FIELD_OPTIONS = {"auto_now", "auto_now_add"}


def reads_the_clock(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find `timezone.now`, `date.today` and their like, called or handed on, imported or in a field."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and last_name(node.value) in CLOCKS.get(node.attr, ()):
            yield node, f"reads the clock: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom) and node.module in ("time", "django.utils.timezone"):
            yield from ((node, f"imports a clock: {name.name}") for name in node.names if name.name in CLOCKS)
        elif isinstance(node, ast.keyword) and node.arg in FIELD_OPTIONS:
            yield node.value, f"a field that reads the clock: {node.arg}"
        elif isinstance(node, ast.Call) and (
            last_name(node.func) in ("Now", "CurrentTimestamp") or (last_name(node.func) == "localtime" and not node.args)
        ):
            yield node, f"reads the clock: {ast.unparse(node)}"


def test_nothing_below_the_doors_reads_the_clock():
    none(faults(reads_the_clock, *BELOW))


@pytest.mark.parametrize(
    "code",
    [
        "at = timezone.now()",
        "today = datetime.date.today()",
        "today = date.today()",
        "at = datetime.datetime.now(tz)",
        "from django.utils.timezone import now",
        "from time import time",
        "sent_at = models.DateTimeField(default=timezone.now)",
        "created_at = models.DateTimeField(auto_now_add=True)",
        "changed_at = models.DateTimeField(auto_now=True)",
        "orders.update(closed_at=Now())",
        "day = timezone.localdate()",
        "at = timezone.localtime()",
    ],
)
def test_a_planted_clock_is_found(code):
    assert planted(reads_the_clock, code)


@pytest.mark.parametrize("code", ["if ends_on <= today: pass", "at = timezone.localtime(sent_at)", "noon = datetime.time(12)"])
def test_a_day_that_is_handed_in_is_fine(code):
    assert planted(reads_the_clock, code) == []
