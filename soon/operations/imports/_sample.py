"""A look at the first rows of a file, from which the form of its numbers and days is told."""

from collections.abc import Iterator, Sequence
from itertools import islice

from soon.domain.file_forms import FileForm

from ._open import open_table
from .table import CannotReadTable, TableRow

SAMPLE_ROWS = 200


def sample_of(content: bytes, form: FileForm) -> Sequence[str]:
    """Return the texts of the first rows of `content`, read as `form` says. Raises CannotReadTable for a wrong heading."""
    rows = islice(iter(open_table(content, form).rows), SAMPLE_ROWS)
    return [text for row in _readable(rows) for text in row.cells.values() if text]


def _readable(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """Yield rows until one cannot be read: whoever reads the whole file will hear of it."""
    try:
        yield from rows
    except CannotReadTable:
        return
