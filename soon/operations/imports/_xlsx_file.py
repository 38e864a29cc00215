"""The rows of an XLSX file, one after another, after a look at what it would unpack to."""

import datetime
import io
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import python_calamine
from django.utils.translation import gettext_lazy as _

from soon.domain.file_forms import FileForm
from soon.formatting import quantity

from ._wrong import NUL
from .table import CannotReadTable

# A spreadsheet unpacks to some ten times its size; what unpacks to more than this many times the largest file is no honest one.
UNPACKED_TIMES = 8
MOST_PARTS = 2_000
PIECE = 1024 * 1024


def xlsx_rows(content: bytes, form: FileForm, *, largest: int) -> Iterator[list[str]]:
    """Yield the cells of each row of a sheet as text, the heading first: days as 2026-11-23, numbers with the decimal sign.

    `largest` is that of a file in bytes. Raises CannotReadTable for a damaged file and one that unpacks to far more.
    """
    check_unpacked(content, largest=largest)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        sheet = workbook.get_sheet_by_name(form.sheet) if form.sheet else workbook.get_sheet_by_index(0)
        for number, row in enumerate(sheet.to_python(skip_empty_area=False) if sheet.total_height else (), start=1):
            cells = [_text(value, form.decimal) for value in row]
            if any("\0" in cell for cell in cells):
                raise CannotReadTable(NUL % {"row": number})
            yield cells
    except (python_calamine.CalamineError, IndexError, ValueError, OverflowError) as error:
        raise CannotReadTable(_("The spreadsheet cannot be read. Open it in its program and save it again.")) from error


def sheet_names(content: bytes, *, largest: int) -> list[str]:
    """Return how the sheets are called. Raises CannotReadTable as `xlsx_rows`."""
    check_unpacked(content, largest=largest)
    try:
        return list(python_calamine.load_workbook(io.BytesIO(content)).sheet_names)
    except python_calamine.CalamineError as error:
        raise CannotReadTable(_("The spreadsheet cannot be read. Open it in its program and save it again.")) from error


def check_unpacked(content: bytes, *, largest: int) -> None:
    """Raise CannotReadTable where `content` is damaged or unpacks to too much, whatever it says of itself."""
    limit = largest * UNPACKED_TIMES
    too_much = CannotReadTable(
        _("The spreadsheet unpacks to more than %(size)s MB, which no table of this size needs.")
        % {"size": quantity(limit // 1024**2)}
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise CannotReadTable(_("The spreadsheet is damaged; upload it again.")) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limit:
        raise too_much
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise CannotReadTable(_("This is neither XLSX nor CSV. Save the table as one of them."))
    # What the list of contents says may be a lie.
    if sum(_unpacked_size(content, part, limit) for part in parts) > limit:
        raise too_much


def _unpacked_size(content: bytes, part: zipfile.ZipInfo, limit: int) -> int:
    """Return to how many bytes `part` unpacks, counted up to a little more than `limit`."""
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return part.compress_size
    names = content[part.header_offset + 26 : part.header_offset + 30]
    begin = part.header_offset + 30 + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
    unpacker, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    left = content[begin : begin + part.compress_size]
    try:
        while left and size <= limit and not unpacker.eof:
            size += len(unpacker.decompress(left, PIECE))
            left = unpacker.unconsumed_tail
    except zlib.error as error:
        raise CannotReadTable(_("The spreadsheet is damaged; upload it again.")) from error
    return size


def _text(value: Any, decimal: str) -> str:
    if isinstance(value, float):
        # 15 digits are what a spreadsheet keeps; more are noise of its arithmetic.
        number = format(Decimal(f"{value:.15g}"), "f")
        return number.replace(".", decimal)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
