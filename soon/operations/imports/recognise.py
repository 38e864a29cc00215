"""Recognising how a file is to be read, from what it holds and not from its name."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from soon.domain.file_forms import DELIMITERS, UNUSUAL_DELIMITERS, USUAL_DELIMITERS, XLSX, FileForm
from soon.domain.written import decimal_sign_of, is_day_first

from ._csv_file import delimiter_said_in
from ._open import check_size, largest_file, open_table
from ._sample import SAMPLE_ROWS, sample_of
from ._xlsx_file import sheet_names
from .table import CannotReadTable

SAMPLE = 256 * 1024
_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def recognise(content: bytes) -> FileForm:
    """Return how `content` is most likely to be read. Raises CannotReadTable for what is no table at all."""
    check_size(len(content))
    if not content.strip():
        raise CannotReadTable(_("The file is empty: its first row must name the columns."))
    if content.startswith((_OLD_EXCEL, _PDF)):
        raise CannotReadTable(_("This is neither XLSX nor CSV. Save the table as one of them."))
    form = _xlsx_form(content) if content.startswith(_ZIP) else _csv_form(content)
    # Whoever separates columns by semicolons does so because the comma stands in numbers.
    usual = "," if form.delimiter == ";" else "."
    texts = sample_of(content, form)
    return replace(form, decimal=decimal_sign_of(texts, usual), day_first=is_day_first(texts))


def _xlsx_form(content: bytes) -> FileForm:
    """Return the first sheet that holds a table; the very first where none does."""
    names = sheet_names(content, largest=largest_file())
    for name in names:
        try:
            open_table(content, FileForm(kind=XLSX, sheet=name))
        except CannotReadTable:
            continue
        return FileForm(kind=XLSX, sheet=name)
    return FileForm(kind=XLSX, sheet=names[0] if names else "")


def _csv_form(content: bytes) -> FileForm:
    encoding = _encoding(content)
    text = content[:SAMPLE].decode(encoding, errors="replace").lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    lines = text.splitlines()[:SAMPLE_ROWS] or [""]
    if len(content) > SAMPLE and len(lines) > 1:
        lines.pop()
    said = delimiter_said_in(lines[0])
    if said is not None:
        lines = lines[1:] or [""]
    quote = "'" if lines[0].startswith("'") and '"' not in lines[0] else '"'
    delimiter = said if said in DELIMITERS else _delimiter(lines, quote)
    return FileForm(encoding=encoding, delimiter=delimiter, quote=quote)


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if found := _utf_16_without_mark(content[:SAMPLE]):
        return found
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        # What Windows writes in Vietnam where it does not write Unicode.
        return "cp1258"
    return "utf-8"


def _utf_16_without_mark(sample: bytes) -> str:
    """Return in which UTF-16 `sample` is, by where the NULs stand that are half of most characters; "" for neither."""
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) * 8 < len(sample) or min(first, second) * 8 > max(first, second):
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


def _delimiter(lines: Sequence[str], quote: str) -> str:
    """Return what most likely stands between columns: an unusual one only where it divides far more rows than the usual."""
    fitness = {each: _fitness(lines, each, quote) for each in DELIMITERS}
    usual, unusual = (max(group, key=fitness.__getitem__) for group in (USUAL_DELIMITERS, UNUSUAL_DELIMITERS))
    return unusual if fitness[unusual][0] > 2 * fitness[usual][0] else usual


def _fitness(lines: Sequence[str], delimiter: str, quote: str) -> tuple[int, int]:
    """Return how well `delimiter` divides `lines`: how many rows have as many cells as the heading, and how many those are."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter, quotechar=quote) if row]
    except csv.Error:
        return 0, 0
    if not rows or len(rows[0]) < 2:
        return 0, 0
    return Counter(map(len, rows))[len(rows[0])], len(rows[0])
