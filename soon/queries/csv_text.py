"""Values as CSV files hold them."""

import csv
import datetime
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

# Excel takes a file for UTF-8 only if it begins with this mark.
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What spreadsheet programs take for the beginning of a formula, the wide letters of East Asian keyboards among them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Signed numbers and telephone numbers: of figures, points and spaces alone nobody makes a formula that does anything.
_NUMBER = re.compile(r"[+-][0-9][0-9 .]*")

Plain = str | int | Decimal | datetime.date | datetime.datetime | None


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[Plain]], *, delimiter: str = ",") -> Iterator[str]:
    """Yield `rows` as the lines of a CSV file, one by one."""
    writer: Any = csv.writer(_Echo(), delimiter=delimiter)
    mark = MARK
    for row in rows:
        yield mark + writer.writerow([harmless(value) for value in row])
        mark = ""


def harmless(value: Plain) -> str:
    """Return a value as CSV holds it: numbers and days by machine notation, text never as a formula."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or isinstance(value, int | Decimal):
        return "" if value is None else str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text
