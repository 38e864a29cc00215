"""Texts for people can be translated: whole sentences, known when the program is read, with named places for values.

A sentence glued from pieces or with `%s` cannot change its word order, and `makemessages` does not see an f-string at all.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house_rules.source import faults, last_name, none, planted

TEXTS = {"_": (0,), "gettext": (0,), "gettext_lazy": (0,), "gettext_noop": (0,), "pgettext": (0, 1), "pgettext_lazy": (0, 1)}
TEXTS |= {"ngettext": (0, 1), "ngettext_lazy": (0, 1), "npgettext": (0, 1, 2), "npgettext_lazy": (0, 1, 2)}
UNNAMED = re.compile(r"(?<!%)%[sdifr]|\{\d*\}")
TONE = re.compile(r"!|\bsuccessful(ly)?\b", re.I)


def untranslatable(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Find texts that are computed, hold unnamed places, or shout."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and last_name(node.func) in TEXTS):
            continue
        for argument in [node.args[at] for at in TEXTS[last_name(node.func)] if at < len(node.args)]:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                yield node, f"the text is computed: {ast.unparse(argument)}"
            elif UNNAMED.search(argument.value):
                yield node, f"name the value's place, as in %(day)s: {argument.value!r}"
            elif TONE.search(argument.value):
                yield node, f"say it calmly: {argument.value!r}"


def test_every_text_can_be_translated():
    none(faults(untranslatable, "soon"))


@pytest.mark.parametrize(
    "code",
    [
        "_(f'Closed on {day}')",
        "gettext('Closed on %s') % day",
        "gettext_lazy('Closed on {}').format(day)",
        "ngettext('%d order', '%d orders', n)",
        "_('Closed on ' + day)",
        "_('Closed on {}'.format(day))",
        "_(label)",
        "_('Closed successfully')",
        "_('Closed!')",
    ],
)
def test_a_planted_untranslatable_text_is_found(code):
    assert planted(untranslatable, code)


@pytest.mark.parametrize(
    "code",
    [
        "_('Closed on %(day)s') % {'day': day}",
        "_('Closed on {day}').format(day=day)",
        "ngettext('One order', '%(count)d orders', count)",
        "_('100%% of the price')",
    ],
)
def test_named_places_are_fine(code):
    assert planted(untranslatable, code) == []
