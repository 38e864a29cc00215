"""Functions end at 50 lines and files at 400: what one person can hold in the head. Aim at 25 and 200."""

import ast
from collections.abc import Iterator

from tests.house_rules.source import ROOT, faults, none, planted, python_files

LONGEST_FUNCTION = 50
LONGEST_FILE = 400
PLACES = ["soon", "tests", "checks", "benchmarks"]


def too_long(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find functions over the limit, decorators not counted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            lines = node.end_lineno - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield node, f"{node.name} has {lines} lines"


def test_no_function_is_too_long():
    none(faults(too_long, *PLACES))


def test_no_file_is_too_long():
    drawn = [path for kind in ("css", "js", "html") for path in (ROOT / "soon").rglob(f"*.{kind}")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in [*python_files(*PLACES), *drawn]}
    assert {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_planted_long_function_is_found():
    line = "    step()\n"
    assert planted(too_long, "def close():\n" + line * (LONGEST_FUNCTION - 1)) == []
    assert planted(too_long, "def close():\n" + line * LONGEST_FUNCTION)
