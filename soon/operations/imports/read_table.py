"""Reading a table out of a file that somebody else wrote."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from soon.domain.file_forms import FileForm

from ._open import open_table
from .certain_form import certain_form
from .table import CannotReadTable, Table, TableRow

__all__ = ["CannotReadTable", "Table", "TableRow", "read_table"]


def read_table(content: bytes, *, form: FileForm | None = None, said: Mapping[str, Any] = MappingProxyType({})) -> Table:
    """Return all rows of a CSV or XLSX file, read as `form` says; without it as is certain, but for what was `said`.

    Raises CannotReadTable, naming the row.
    """
    read_as = form or certain_form(content, said=said)[0]
    table = open_table(content, read_as)
    return Table(table.columns, tuple(table.rows), read_as)
