"""No float anywhere near money: 0.1 + 0.2 is not 0.3, and an invoice must add up to the last đồng.

Money is an integer of the minor unit; shares are fractions until they are rounded, once, in a named place.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house_rules.source import faults, last_name, none, planted

NEAR_MONEY = ["soon/domain", "soon/operations"]


def floats(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find the type float, numbers written with a point, and the columns that hold them."""
    asked_about = {child for node in ast.walk(tree) if _is_isinstance(node) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "float" and node not in asked_about:
            yield node, "float"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node, f"a number with a point: {node.value}"
        elif isinstance(node, ast.Attribute | ast.Name) and "FloatField" in ast.unparse(node).split("."):
            yield node, "FloatField"


def _is_isinstance(node: ast.AST) -> bool:
    # Asking whether something is a float is how a float is refused.
    return isinstance(node, ast.Call) and last_name(node.func) == "isinstance"


def float_columns(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find columns of floats."""
    yield from (fault for fault in floats(tree) if fault[1] == "FloatField")


def test_no_floats_near_money():
    none(faults(floats, *NEAR_MONEY))
    none(faults(float_columns, "soon/models", "soon/queries"))


@pytest.mark.parametrize(
    "code", ["x = float(amount)", "tax = net * 0.1", "def f(x: float): ...", "price = models.FloatField()"]
)
def test_a_planted_float_is_found(code):
    assert planted(floats, code)


@pytest.mark.parametrize(
    "code", ["tax = half_up(net * Fraction(1, 10))", "price_minor = models.BigIntegerField()", "isinstance(x, float)"]
)
def test_whole_numbers_and_fractions_are_fine(code):
    assert planted(floats, code) == []
