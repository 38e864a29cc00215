"""One verb, one file, one public function: `ls soon/operations/*` lists what the business can do.

After the object every argument is named at the call: `close(order, reason=…, actor=…, at=…, today=…)`. What a verb may refuse
stands beside it, as an exception. A step that several verbs of one noun share stands in a file that begins with an underscore.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house_rules.source import ROOT, faults, last_name, none, planted

# What the verbs of all nouns share stands directly in soon/operations/.
VERBS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("soon/operations/*/[!_]*.py"))


def more_than_a_verb(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find a second public function, a class that is neither a refusal nor a plain record, and unnamed arguments.

    A file of records alone is fine: it says what the verbs beside it take.
    """
    assert isinstance(tree, ast.Module)
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    only_records = not public and all(
        isinstance(node, ast.ClassDef | ast.ImportFrom | ast.Import | ast.Expr) for node in tree.body
    )
    if len(public) != 1 and not only_records:
        yield tree, f"one public function wanted, found {[function.name for function in public]}"
    for function in public:
        unnamed = [*function.args.posonlyargs, *function.args.args]
        if len(unnamed) > 1:
            yield function, f"{function.name}: only the object goes unnamed, so put * after {unnamed[0].arg}"
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not (node.name.startswith("_") or refusal(node) or record(node)):
            yield node, f"class {node.name} is neither a refusal nor a dataclass"


def refusal(node: ast.ClassDef) -> bool:
    """Say whether a class is a refusal: an exception that people read."""
    return any(last_name(base) == "Refusal" or last_name(base).startswith("Cannot") for base in node.bases)


def record(node: ast.ClassDef) -> bool:
    """Say whether a class only carries values in or out."""
    names = {last_name(mark.func if isinstance(mark, ast.Call) else mark) for mark in node.decorator_list}
    return "dataclass" in names or any(last_name(base) in ("NamedTuple", "TypedDict") for base in node.bases)


def test_every_file_of_an_operation_is_one_verb():
    none(faults(more_than_a_verb, *VERBS))


@pytest.mark.parametrize(
    "code",
    [
        "def close(order, *, actor): ...\ndef reopen(order, *, actor): ...",
        "def _hidden(order): ...",
        "def close(order, actor): ...",
        "def close(order, *, actor): ...\nclass Closer: ...",
    ],
)
def test_a_planted_second_verb_is_found(code):
    assert planted(more_than_a_verb, code)


def test_a_verb_with_its_refusal_and_its_private_steps_is_fine():
    refusals = "class CannotClose(Refusal): ...\nclass TooLate(CannotClose): ...\n"
    assert planted(more_than_a_verb, refusals + "def close(order, *, actor): ...\ndef _settle(order): ...") == []
