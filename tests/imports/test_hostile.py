"""Files that should not be: each is refused with a clear message in both languages, and nothing is half-loaded."""

import io
import json
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from soon.domain.file_forms import FileForm
from soon.models import DataImport
from soon.operations.imports.read_table import CannotReadTable, read_table
from soon.operations.imports.recognise import recognise
from tests.builders import a_user
from tests.imports.files import MAP, ROWS, as_csv, as_xlsx, cells
from tests.imports.test_pages import words_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def a_bomb(size: int = 20 * MEGABYTE, *, lies: bool = False) -> bytes:
    """Return a spreadsheet of some kilobytes that unpacks to `size` bytes, whether it says so or `lies`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<c/>" * (size // 4))
    content = made.getvalue()
    if lies:
        content = content.replace(struct.pack("<I", size), struct.pack("<I", 1000))
    return content


def a_zip(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def a_broken_spreadsheet() -> bytes:
    """Return a spreadsheet whose parts do not unpack."""
    content = as_xlsx(cells())
    at = content.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    return content[:at] + b"\xff" * 40 + content[at + 40 :]


# name: content, and what the message says in Vietnamese and English.
FILES = {
    "nothing": (b"", "trống", "empty"),
    "blanks": (b" \r\n\r\n", "trống", "empty"),
    "too large": (b"a,b\n" + b"x" * (2 * MEGABYTE), "1", "Split it into several files"),
    "10,000 columns": (",".join(f"c{number}" for number in range(10_000)).encode(), "10.000 cột", "10,000 columns"),
    "columns alike": (b"a,a\n1,2\n", "“a”", "Two columns are named “a”"),
    "a picture": (b"%PDF-1.7 ...", "XLSX", "neither XLSX nor CSV"),
    "old Excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "XLSX", "neither XLSX nor CSV"),
    "another ZIP": (a_zip(a="b"), "XLSX", "neither XLSX nor CSV"),
    "a ZIP cut off": (as_xlsx(cells())[:500], "hỏng", "damaged"),
    "damaged": (a_broken_spreadsheet(), "", ""),
    "a ZIP bomb": (a_bomb(), "MB", "unpacks to more than"),
    "a ZIP bomb that lies": (a_bomb(lies=True), "MB", "unpacks to more than"),
    "a spreadsheet without cells": (as_xlsx([]), "trống", "empty"),
}


@pytest.mark.parametrize(("content", "vietnamese", "english"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_refused_where_it_is_uploaded(settings, language, content, vietnamese, english):
    settings.LARGEST_IMPORT_MB = 1
    client = Client()
    client.force_login(a_user("manager", language=language))
    before = everything()
    answer = client.post(
        reverse("backoffice:import_new"), {"kind": "subscriptions", "file": SimpleUploadedFile("x.csv", content)}
    )
    assert answer.status_code == 422
    if vietnamese:
        assert {"vi": vietnamese, "en": english}[language] in words_of(answer)
    assert everything() == before


# What only reading on shows; the first row alone looks well.
BODIES = {
    "NUL": (as_csv().replace("Lê Hà".encode(), b"L\0"), {}, "(NUL)"),
    "not UTF-8": (as_csv([*ROWS, "x"]).replace("Lê".encode(), "Lê".encode("cp1252")), {}, "3"),
    "half a character of UTF-16": (as_csv().decode("utf-8-sig").encode("utf-16")[:-1], {"encoding": "utf-16"}, "UTF-16"),
    "a quotation mark never closed": (as_csv([*ROWS, '"A9;x']), {}, ""),
    "a cell without end": (as_csv(["A1;" + "x" * 200_000]), {}, "131"),
    "text behind a quotation mark": (as_csv(['"A1"x;b']), {}, ""),
}


@pytest.mark.parametrize(("content", "form", "words"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_cannot_be_read_to_its_end_is_refused_with_its_place(language, content, form, words):
    with override(language), pytest.raises(CannotReadTable) as refused:
        read_table(content, form=FileForm(**{"delimiter": ";", **form}))
    assert words in str(refused.value) and "%(" not in str(refused.value)


def test_a_name_does_not_decide_what_a_file_is():
    assert recognise(as_csv()).kind == "csv" and recognise(as_xlsx(cells())).kind == "xlsx"
    client = Client()
    client.force_login(a_user("manager", language="en"))
    for name, content in (("a.xlsx", as_csv()), ("a.csv", as_xlsx(cells()))):
        page = client.post(
            reverse("backoffice:import_new"), {"kind": "subscriptions", "file": SimpleUploadedFile(name, content)}, follow=True
        )
        assert "although it is called" in words_of(page)


def test_only_a_heading_is_a_table_without_rows():
    assert read_table(as_csv(()), form=FileForm(delimiter=";")).rows == ()


@pytest.mark.parametrize("size", [3, 30])
def test_an_upload_beyond_the_limit_is_not_kept_while_it_comes_in(settings, size):
    settings.LARGEST_IMPORT_MB = 1
    client = Client()
    client.force_login(a_user("manager", language="en"))
    content = b"a,b\n" + b"1,2\n" * (size * MEGABYTE // 4)
    answer = client.post(
        reverse("backoffice:import_new"), {"kind": "subscriptions", "file": SimpleUploadedFile("x.csv", content)}
    )
    assert answer.status_code == 422 and "at once. Split it" in words_of(answer)
    assert not answer.wsgi_request.FILES and not DataImport.objects.exists()


def test_the_command_refuses_by_size_before_it_reads(settings, tmp_path):
    settings.LARGEST_IMPORT_MB = 1
    (tmp_path / "map.json").write_text(json.dumps(MAP))
    with (tmp_path / "large.csv").open("wb") as file:
        # A hole on the disk: reading it would take 8 GB.
        file.truncate(8 * 1024**3)
    with pytest.raises(CommandError, match=r"8\.192 MB|8,192 MB"):
        call_command("import", "subscriptions", str(tmp_path / "large.csv"), "--map", str(tmp_path / "map.json"))


def test_what_our_files_guard_against_spreadsheets_is_read_back_as_it_was():
    table = read_table(b"a,b\n'=1+1,'+84905\n'plain,x\n", form=FileForm())
    assert [list(row.cells.values()) for row in table.rows] == [["=1+1", "+84905"], ["'plain", "x"]]


def test_cells_beyond_the_heading_do_no_harm_while_they_are_empty():
    table = read_table(b"a,b\n1,2,,\n1,2,3\n1\n", form=FileForm())
    assert [row.cells_found for row in table.rows] == [0, 3, 1]
