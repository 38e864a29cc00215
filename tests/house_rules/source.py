"""The program's own source, parsed, for rules to look at."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Rule = Callable[[ast.AST], Iterator[tuple[ast.AST, str]]]


def python_files(*places: str) -> list[Path]:
    """Return the Python files in `places` (folders or files below the root); a place that is not there yet has none."""
    found = [path for place in places for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))]
    return sorted(path for path in found if path.exists() and "migrations" not in path.parts)


def faults(rule: Rule, *places: str) -> list[str]:
    """Apply `rule` to every file in `places`; return `file:line: what is wrong` for each fault."""
    return [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}: {words}"
        for path in python_files(*places)
        for node, words in rule(ast.parse(path.read_text(encoding="utf-8"), str(path)))
    ]


def none(found: list[str]) -> None:
    """Fail with everything that was found, one a line."""
    assert not found, "\n" + "\n".join(found)


def planted(rule: Rule, code: str) -> list[str]:
    """Apply `rule` to a piece of code, to show what it catches and what it lets pass."""
    return [words for _, words in rule(ast.parse(code))]


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name: `now` of `timezone.now`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
