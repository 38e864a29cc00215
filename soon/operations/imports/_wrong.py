"""A cell that cannot be understood."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .mapping import Source

# Of a whole file: none of its cells can be trusted.
NUL = _("Row %(row)d holds a character that no text has (NUL): this is no text file.")


class Wrong(Exception):
    """What is wrong with the cell of `source`: a code of queries/import_words.py and its facts."""

    def __init__(self, source: Source, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.column = source.column
        self.code = code
        self.facts = facts


def filled(source: Source, cells: Mapping[str, str], longest: int) -> str:
    """Return the text of a field that must not be empty. Raises Wrong."""
    text = source.text_in(cells)
    if not text:
        raise Wrong(source, "empty")
    if len(text) > longest:
        raise Wrong(source, "too_long", count=longest)
    if text.startswith("="):
        raise Wrong(source, "formula", text=text[:50])
    return text
