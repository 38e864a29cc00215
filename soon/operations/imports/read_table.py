"""Reading a table out of a file that somebody else wrote."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from soon.domain.file_forms import FileForm

from ._open import open_table
from .recognise import recognise
from .table import CannotReadTable, Table, TableRow

__all__ = ["CannotReadTable", "Table", "TableRow", "read_table"]


def read_table(content: bytes, *, form: FileForm | None = None, said: Mapping[str, Any] = MappingProxyType({})) -> Table:
    """Return all rows of a CSV or XLSX file, read as `form` says.

    Without it nobody confirms what is recognised, so only what is certain counts: text is in Unicode, numbers have a point,
    days stand before months; but for what was `said` of its form by name. Raises CannotReadTable, naming the row, for anything
    else.
    """
    if form is None:
        seen = recognise(content)
        encoding = seen.encoding if seen.encoding.startswith("utf") else "utf-8"
        form = replace(seen, **{"encoding": encoding, "decimal": ".", "day_first": True, **said})
    table = open_table(content, form)
    return Table(table.columns, tuple(table.rows), form)
