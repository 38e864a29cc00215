"""Names say what a thing is: no drawer named utils, helpers or manager; days end in `_on`, moments in `_at`."""

import ast
from collections.abc import Iterator

import pytest

from tests.house_rules.source import ROOT, faults, last_name, none, planted

DRAWERS = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
# A period's two ends are days by nature; the end is the first day no longer in it.
ENDINGS = {"DateField": ("_on", "_until", "period_start", "period_end"), "DateTimeField": ("_at",)}


def drawer(stem: str) -> bool:
    """Say whether a file or folder of this name would collect what belongs nowhere."""
    return bool(DRAWERS & set(stem.lower().replace("-", "_").split("_")))


def misnamed_days(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find day and moment fields of a model whose name does not say which of the two they are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            kind = last_name(node.value.func)
            if kind in ENDINGS and not f"_{last_name(target)}".endswith(ENDINGS[kind]):
                yield node, f"{last_name(target)}: a {kind} ends in {' or '.join(ENDINGS[kind])}"


def test_no_drawers():
    paths = [path for place in ("soon", "tests") for path in (ROOT / place).rglob("*") if "__pycache__" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in paths if drawer(path.stem)] == []


def test_days_and_moments_are_told_apart():
    none(faults(misnamed_days, "soon/models"))


@pytest.mark.parametrize("stem", ["utils", "date_utils", "test_helpers", "order_manager"])
def test_a_planted_drawer_is_found(stem):
    assert drawer(stem)


@pytest.mark.parametrize(
    "code", ["start = models.DateField()", "sent_on = models.DateTimeField()", "paid_at = models.DateField()"]
)
def test_a_planted_misnamed_day_is_found(code):
    assert planted(misnamed_days, code)


@pytest.mark.parametrize(
    "code", ["start_on = models.DateField()", "sent_at = models.DateTimeField()", "billed_until = DateField()"]
)
def test_a_day_that_says_so_is_fine(code):
    assert planted(misnamed_days, code) == []
