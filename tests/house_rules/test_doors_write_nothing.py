"""Doors parse, call one operation and translate its result; they never write to the database themselves.

Otherwise each door grows its own truth, and a change leaves no chatter entry and no letter. Only the session is a door's own.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house_rules.source import faults, last_name, none, planted

DOORS = ["soon/backoffice", "soon/portal", "soon/api"]
WRITES = {"save", "create", "update", "delete", "get_or_create", "update_or_create", "bulk_create", "bulk_update"}
WRITES |= {f"a{name}" for name in WRITES}
OWN = {"session", "headers"}


def writes(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find calls of the methods that write, on anything but the session."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in WRITES and last_name(node.func.value) not in OWN:
            yield node, f"a door writes: {ast.unparse(node.func)}(…); call an operation (and join dictionaries with |)"


def test_no_door_writes():
    none(faults(writes, *DOORS))


@pytest.mark.parametrize(
    "code",
    [
        "order.save()",
        "form.save()",
        "Order.objects.create(plan=plan)",
        "Order.objects.filter(pk=1).update(state='churned')",
        "order.lines.all().delete()",
        "Order.objects.bulk_create(orders)",
        "Customer.objects.get_or_create(email=email)",
    ],
)
def test_a_planted_write_is_found(code):
    assert planted(writes, code)


@pytest.mark.parametrize(
    "code", ["close(order, actor=actor)", "request.session.save()", "context = context | {'order': order}"]
)
def test_calling_a_verb_and_keeping_a_session_are_fine(code):
    assert planted(writes, code) == []
