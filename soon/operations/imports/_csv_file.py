"""The rows of a CSV file, one after another."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy as _

from soon.domain.file_forms import ENCODINGS, FileForm

from ._wrong import NUL
from .table import CannotReadTable

# What the reader says, and what people understand.
_ERRORS = {
    "unexpected end of data": _("a quotation mark is opened and never closed"),
    "field larger": _("a cell has more than 131,072 characters"),
    "expected after": _("something stands between a closing quotation mark and the end of the cell"),
}
_SAYS_DELIMITER = re.compile(r'"?sep=([^\r\n])"?\s*', re.IGNORECASE)


def csv_rows(content: bytes, form: FileForm) -> Iterator[list[str]]:
    """Yield the cells of each row of `content`, the heading first. Raises CannotReadTable, naming the row."""
    lines = _lines(content, form)
    options: dict[str, Any] = {"quotechar": form.quote} if form.quote else {"quoting": csv.QUOTE_NONE}
    # Not every encoding takes the mark at the beginning away by itself.
    first = next(lines, "").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    before = int(delimiter_said_in(first) is not None)
    rows = csv.reader(lines if before else chain([first], lines), delimiter=form.delimiter, strict=True, **options)
    try:
        yield from rows
    except csv.Error as error:
        words = next((words for said, words in _ERRORS.items() if said in str(error)), str(error))
        raise CannotReadTable(
            _("Line %(line)d of the file cannot be read: %(error)s") % {"line": rows.line_num + before, "error": words}
        ) from error


def delimiter_said_in(line: str) -> str | None:
    """Return the delimiter that the first `line` of a file names for spreadsheet programs, as in sep=; and None for a heading.

    They show such a line to nobody, so it is none of the rows that are counted.
    """
    found = _SAYS_DELIMITER.fullmatch(line)
    return found[1] if found else None


def _lines(content: bytes, form: FileForm) -> Iterator[str]:
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    number = 0
    try:
        for number, line in enumerate(io.TextIOWrapper(io.BytesIO(content), encoding, newline=""), start=1):
            if "\0" in line:
                raise CannotReadTable(NUL % {"row": number})
            # Accents that stand by themselves are put together with their letters.
            yield unicodedata.normalize("NFC", line) if form.encoding == "cp1258" else line
    except UnicodeError as error:
        words = {"row": _row_of(content, encoding, number), "encoding": ENCODINGS[form.encoding]}
        raise CannotReadTable(
            _("Row %(row)d is not in %(encoding)s. Choose another encoding, or save the file as “CSV UTF-8”.") % words
        ) from error


def _row_of(content: bytes, encoding: str, otherwise: int) -> int:
    """Return in which row `content` ceases to be written in `encoding`."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return content[: error.start].count(b"\n") + 1
    except UnicodeError:
        pass
    return otherwise + 1
