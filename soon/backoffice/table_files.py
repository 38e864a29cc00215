"""Tables as files: CSV, sent while it is made, and XLSX. Neither grows with the rows in memory, nor runs what is in a cell."""

import datetime
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import get_language, override

from soon.queries.csv_text import Plain, csv_lines

# So many lines are sent at once.
TOGETHER = 200
# What a sheet holds below its heading; the next rows go on in another.
LARGEST_SHEET = 1_048_575
LONGEST_CELL = 32_767
# The calendar of spreadsheets begins here.
FIRST_DAY = datetime.date(1900, 1, 1)
FORMATS = ("csv", "xlsx")
MONEY = {"money", "mrr"}
NARROW = {*MONEY, "number", "day"}


@dataclass(frozen=True)
class Head:
    """The heading of a column, and what stands below: text, money (major units), number, day or moment."""

    label: Promise | str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """A table to hand out: `name` is that of the file, with the day; `rows` are read once, as late as possible.

    A row has a value for each head: text, number, amount in major units as a Decimal of its currency's places, local day or
    moment, None for an empty cell.
    """

    name: str
    title: Promise | str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Plain]]


def table_file(table: Table, kind: str) -> HttpResponseBase:
    """Return `table` as a file of `kind` "csv" or "xlsx"."""
    name = f"{slugify(table.name)}-{timezone.localdate().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(_xlsx(table), as_attachment=True, filename=name)
    lines = _lines(table, get_language() or "vi", timezone.get_current_timezone())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(table: Table, language: str, zone: datetime.tzinfo) -> Generator[str]:
    # The lines are made while they are sent, when the reader's language and the company's time zone are no longer active.
    with override(language), timezone.override(zone), _ended(table.rows) as rows:
        lines = csv_lines(chain([[str(head.label) for head in table.heads]], rows))
        while together := "".join(islice(lines, TOGETHER)):
            yield together


def _ended(rows: Iterable[Sequence[Plain]]) -> closing[Any]:
    """Return `rows` to be read in a `with`: what they hold open is closed, also where whoever downloads goes away."""
    return closing(row for row in rows) if not isinstance(rows, Generator) else closing(rows)


def _xlsx(table: Table) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book, _ended(table.rows) as rows:
        formats = _Formats(book)
        found: Iterator[Sequence[Plain]] = iter(rows)
        first, number = next(found, None), 1
        while first or number == 1:
            below = islice(found, LARGEST_SHEET - 1)
            _sheet(book, table, chain([first], below) if first else (), formats, number)
            first, number = next(found, None), number + 1
    file.seek(0)
    return file


def _sheet(book: Any, table: Table, rows: Iterable[Sequence[Plain]], formats: "_Formats", number: int) -> None:
    sheet = book.add_worksheet(_name_of_sheet(str(table.title), number))
    sheet.freeze_panes(1, 0)
    for at, head in enumerate(table.heads):
        sheet.set_column(at, at, 14 if head.kind in NARROW else 22)
        sheet.write_string(0, at, str(head.label), formats.head)
    for line, row in enumerate(rows, start=1):
        for at, (head, value) in enumerate(zip(table.heads, row, strict=True)):
            formats.write(sheet, line, at, value, is_money=head.kind in MONEY)


def _name_of_sheet(title: str, number: int) -> str:
    """Return a name that spreadsheets accept, another one for each sheet."""
    title = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip(" '")
    return title[:31] if number == 1 else f"{title[:25]} {number}"


class _Formats:
    """How values look in a sheet."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        # By how many places the currency has.
        self._money = [book.add_format({"num_format": "#,##0" + "." * bool(places) + "0" * places}) for places in range(5)]

    def write(self, sheet: Any, line: int, at: int, value: Plain, *, is_money: bool) -> None:
        """Write `value` into a cell as what it is: a day as a day, a number as a number, all else as text."""
        if isinstance(value, datetime.date) and _day_of(value) >= FIRST_DAY:
            sheet.write_datetime(line, at, value, self._moment if isinstance(value, datetime.datetime) else self._day)
        elif isinstance(value, int | Decimal):
            sheet.write_number(line, at, value, self._money[_places(value)] if is_money else None)
        elif value:
            # As text whatever it begins with; a sheet runs only what was written as a formula.
            sheet.write_string(line, at, str(value)[:LONGEST_CELL])


def _day_of(value: datetime.date) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value


def _places(value: int | Decimal) -> int:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return min(max(-exponent, 0), 4) if isinstance(exponent, int) else 0
