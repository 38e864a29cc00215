"""A cell that cannot be understood."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as noop

from .mapping import Source


class Wrong(Exception):
    """What is wrong with the cell of `source`: an English sentence and its facts."""

    def __init__(self, source: Source, sentence: str, **facts: Any) -> None:
        super().__init__(sentence)
        self.column = source.column
        self.sentence = sentence
        self.facts = facts


def filled(source: Source, cells: Mapping[str, str], longest: int) -> str:
    """Return the text of a field that must not be empty. Raises Wrong."""
    text = source.text_in(cells)
    if not text:
        raise Wrong(source, noop("the cell is empty"))
    if len(text) > longest:
        raise Wrong(source, noop("the text has more than %(count)d characters"), count=longest)
    if text.startswith("="):
        raise Wrong(source, noop("“%(text)s” is a formula; write what it comes to"), text=text[:50])
    return text
