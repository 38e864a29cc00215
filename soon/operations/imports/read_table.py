"""Reading a table out of a file that somebody else wrote."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from soon.operations.refusal import Refusal

LARGEST_FILE = 200 * 1024 * 1024


class CannotReadTable(Refusal):
    """The file is no table in CSV."""


@dataclass(frozen=True)
class TableRow:
    """One row by column name. `number` is that of a spreadsheet: the names of the columns stand in row 1."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """All rows of a file that are not blank."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(content: bytes) -> Table:
    """Return the rows of a CSV file: UTF-8 with or without byte-order mark; comma, semicolon or tab between the columns.

    Raises CannotReadTable, naming the row, for anything else.
    """
    if len(content) > LARGEST_FILE:
        raise CannotReadTable(_("The file is larger than %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise CannotReadTable(_("Row %(row)d is not in UTF-8. Save the file as “CSV UTF-8”.") % {"row": row}) from error
    if "\0" in text:
        raise CannotReadTable(_("The file is not a text file."))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = _columns(next(lines, []))
        return Table(columns, tuple(_rows(columns, lines)))
    except csv.Error as error:
        raise CannotReadTable(
            _("Line %(line)d of the file cannot be read: %(error)s") % {"line": lines.line_num, "error": error}
        ) from error


def _delimiter(text: str) -> str:
    heading = text.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _columns(heading: list[str]) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in heading)
    if not any(columns):
        raise CannotReadTable(_("The file is empty: its first row must name the columns."))
    double = next((name for name in columns if name and columns.count(name) > 1), None)
    if double is not None:
        raise CannotReadTable(_("Two columns are named “%(name)s”.") % {"name": double})
    return columns


def _rows(columns: tuple[str, ...], lines: Iterator[list[str]]) -> Iterator[TableRow]:
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise CannotReadTable(
                _("Row %(row)d has %(found)d cells instead of %(wanted)d.")
                % {"row": number, "found": len(cells), "wanted": len(columns)}
            )
        yield TableRow(number, dict(zip(columns, cells, strict=True)))
