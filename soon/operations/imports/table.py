"""A table as it was read out of a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from soon.domain.file_forms import FileForm
from soon.operations.refusal import Refusal


class CannotReadTable(Refusal):
    """The file is no table that can be read, or is larger than may be."""


@dataclass(frozen=True)
class TableRow:
    """One row by column name. `number` is that of a spreadsheet: the names of the columns stand in row 1.

    `cells_found` is how many cells it has where these are not as many as there are columns; then nothing is in `cells`.
    """

    number: int
    cells: Mapping[str, str]
    cells_found: int = 0


@dataclass(frozen=True)
class Table:
    """All rows of a file that are not blank, with how it was read; an iterable may be gone through once only."""

    columns: tuple[str, ...]
    rows: Iterable[TableRow]
    form: FileForm = field(default_factory=FileForm)
