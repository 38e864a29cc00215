"""Lists as files: CSV, row by row as it is sent, and XLSX. Exactly the rows and columns that the page shows."""

import csv
import datetime
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from soon.queries.csv_text import MARK, harmless
from soon.queries.listing import Column, ListSpec, Reader
from soon.queries.listing.rows import enriched

from .cells import Plain, plain

BATCH = 1000
LARGEST_SHEET = 1_048_575


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def export(rows: QuerySet[Any], spec: ListSpec, columns: Sequence[Column], reader: Reader, kind: str) -> HttpResponseBase:
    """Return `rows` as a file of `kind` "csv" or "xlsx"; a currency column stands beside amounts of money."""
    columns = with_currency(columns, spec)
    name = f"{slugify(spec.page)}-{reader.today.isoformat()}"
    if kind == "xlsx":
        return _xlsx(rows, spec, columns, reader, name)
    lines = _csv_lines(rows, spec, columns, reader, get_language() or "vi", timezone.get_current_timezone())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def with_currency(columns: Sequence[Column], spec: ListSpec) -> list[Column]:
    """Return `columns`, with the currency at the end if there is money without it."""
    has_money = any(column.kind in ("money", "mrr") for column in columns)
    if not (spec.currency and has_money) or any(column.key == "currency" for column in columns):
        return list(columns)
    return [*columns, Column("currency", _("Currency"), spec.currency)]


def _batches(rows: QuerySet[Any], spec: ListSpec, reader: Reader) -> Iterator[Any]:
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        yield from enriched(batch, spec, reader)


def _csv_lines(
    rows: QuerySet[Any], spec: ListSpec, columns: Sequence[Column], reader: Reader, language: str, zone: datetime.tzinfo
) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    # The lines are made while they are sent, when the reader's language and the company's time zone are no longer active.
    with override(language), timezone.override(zone):
        yield MARK + writer.writerow([harmless(str(column.label)) for column in columns])
        for row in _batches(rows, spec, reader):
            yield writer.writerow([harmless(plain(column, row, reader)) for column in columns])


def _xlsx(rows: QuerySet[Any], spec: ListSpec, columns: Sequence[Column], reader: Reader, name: str) -> HttpResponseBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(str(spec.title)[:31])
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "money": book.add_format({"num_format": "#,##0.###"}),
        }
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 14 if column.is_numeric or column.kind == "day" else 22)
            sheet.write_string(0, at, str(column.label), formats["head"])
        body: Iterable[Any] = islice(_batches(rows, spec, reader), LARGEST_SHEET)
        for line, row in enumerate(chain(body), start=1):
            for at, column in enumerate(columns):
                _write(sheet, line, at, plain(column, row, reader), formats)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


def _write(sheet: Any, line: int, at: int, value: Plain, formats: dict[str, Any]) -> None:
    if isinstance(value, datetime.datetime):
        sheet.write_datetime(line, at, value, formats["moment"])
    elif isinstance(value, datetime.date):
        sheet.write_datetime(line, at, datetime.datetime.combine(value, datetime.time()), formats["day"])
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, at, value, formats["money"])
    elif value:
        # As text whatever it begins with; a sheet runs only what was written as a formula.
        sheet.write_string(line, at, value)
