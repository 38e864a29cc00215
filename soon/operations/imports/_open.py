"""Opening a file as a table whose rows are read one after another."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from soon.domain.file_forms import XLSX, FileForm
from soon.formatting import quantity

from ._csv_file import csv_rows
from ._xlsx_file import xlsx_rows
from .table import CannotReadTable, Table, TableRow

MOST_COLUMNS = 500
# Our own CSV files put an apostrophe before what a spreadsheet would take for a formula.
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


def largest_file() -> int:
    """Return how many bytes a file may have."""
    return int(settings.LARGEST_IMPORT_MB) * 1024 * 1024


def check_size(size: int) -> None:
    """Raise CannotReadTable for a file of too many bytes."""
    if size > largest_file():
        words = _("The file has %(size)s MB; at most %(most)s MB can be loaded at once. Split it into several files.")
        raise CannotReadTable(words % {"size": quantity(-(-size // 1024**2)), "most": quantity(settings.LARGEST_IMPORT_MB)})


def open_table(content: bytes, form: FileForm) -> Table:
    """Return the table in `content`, its rows an iterator that reads on as it is asked.

    Raises CannotReadTable for what the first row shows; the iterator raises it, naming the row, for the rest.
    """
    check_size(len(content))
    lines = xlsx_rows(content, form, largest=largest_file()) if form.kind == XLSX else csv_rows(content, form)
    columns = _columns(next(lines, []))
    return Table(columns, _rows(columns, lines), form)


def _columns(heading: list[str]) -> tuple[str, ...]:
    names = [name.strip() for name in heading]
    while names and not names[-1]:
        names.pop()
    columns = tuple(names)
    if not columns:
        raise CannotReadTable(_("The file is empty: its first row must name the columns."))
    if len(columns) > MOST_COLUMNS:
        words = {"count": quantity(len(columns)), "most": quantity(MOST_COLUMNS)}
        raise CannotReadTable(_("The file has %(count)s columns; at most %(most)s can be read.") % words)
    double = next((name for name in columns if name and columns.count(name) > 1), None)
    if double is not None:
        raise CannotReadTable(_("Two columns are named “%(name)s”.") % {"name": double[:100]})
    if too_long := next((name for name in columns if len(name) > 200), None):
        raise CannotReadTable(_("The name of a column is too long: “%(name)s…”") % {"name": too_long[:50]})
    return columns


def _rows(columns: tuple[str, ...], lines: Iterator[list[str]]) -> Iterator[TableRow]:
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        # Beyond the last column there may be empty cells.
        if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
            yield TableRow(number, {}, len(cells))
            continue
        yield TableRow(number, dict(zip(columns, map(_bare, cells), strict=False)))


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith(_GUARDED) else cell
