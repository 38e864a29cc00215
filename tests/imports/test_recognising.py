"""How a file is to be read is seen from what it holds: delimiters that few programs write, and UTF-16 without a mark."""

import pytest
from django.test import Client

from soon.operations.imports.read_table import CannotReadTable, read_table
from soon.operations.imports.recognise import recognise
from tests.builders import a_user
from tests.imports.files import HEADING, ROWS, as_csv
from tests.imports.test_pages import uploaded

TEXT = as_csv().decode("utf-8-sig")


def with_delimiter(delimiter: str) -> bytes:
    return as_csv().replace(b";", delimiter.encode())


@pytest.mark.parametrize("delimiter", list(",;\t|^~:"))
def test_any_delimiter_is_recognised(delimiter):
    # As a program writes cells in which the delimiter itself stands.
    text = with_delimiter(delimiter).replace(b"1,5", b'"1,5"')
    table = read_table(text)
    assert (table.form.delimiter, table.columns) == (delimiter, tuple(HEADING))
    assert [row.cells["Mã"] for row in table.rows] == [row[:2] for row in ROWS]


@pytest.mark.parametrize("delimiter", list("^~:"))
def test_a_heading_alone_is_divided_by_an_unusual_one(delimiter):
    assert recognise(delimiter.join("abc").encode()).delimiter == delimiter


@pytest.mark.parametrize(
    "text",
    [
        "from (hh:mm),until (hh:mm)\n10:00,11:00\n12:00,13:00\n",
        "from (hh:mm),until (hh:mm)\n10:00,11:00\n12:00,13:00,\n14:00,15:00,\n",
        "x^2,y~2\n1^2,2~3\n",
        "begun,name\n2026-01-01 10:00:00,A\n2026-01-01 10:00:00,B\n",
    ],
)
def test_what_stands_in_cells_is_not_taken_for_a_delimiter(text):
    assert recognise(text.encode()).delimiter == ","


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n'])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16"])
def test_the_line_that_names_the_delimiter_is_not_the_heading(line, encoding):
    # Commas would divide these rows as well.
    table = read_table(f"{line}a, or b;c\n1,5;2\n3,4;5\n".encode(encoding))
    assert (table.form.delimiter, table.columns) == (";", ("a, or b", "c"))
    assert [(row.number, row.cells["c"]) for row in table.rows] == [(2, "2"), (3, "5")]


@pytest.mark.parametrize("delimiter", ["\t", "^", ","])
def test_it_names_any_delimiter(delimiter):
    assert recognise(f"sep={delimiter}\na;b{delimiter}c\n1;2{delimiter}3\n".encode()).delimiter == delimiter


def test_one_that_nobody_can_choose_is_passed_over():
    table = read_table(b"sep=#\na;b\n1;2\n")
    assert (table.form.delimiter, table.columns) == (";", ("a", "b"))


def test_the_place_of_what_cannot_be_read_counts_all_lines():
    with pytest.raises(CannotReadTable, match="3"):
        read_table(b'sep=;\na;b\n"1"x;2\n')


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_recognised_without_its_mark(encoding):
    table = read_table(TEXT.encode(encoding))
    assert (table.form.encoding, table.columns) == (encoding, tuple(HEADING))
    assert len(table.rows) == len(ROWS)
    marked = read_table("\N{ZERO WIDTH NO-BREAK SPACE}a;b\n1;2\n".encode(encoding), said={"encoding": encoding})
    assert marked.columns == ("a", "b")


def test_a_few_nuls_are_no_utf_16():
    with pytest.raises(CannotReadTable, match="NUL"):
        read_table(TEXT.encode().replace("Lê Hà".encode(), b"L\0"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (with_delimiter("^"), {"delimiter": "^"}),
        (b"sep=;\r\n" + as_csv(), {"delimiter": ";"}),
        (TEXT.encode("utf-16-be"), {"encoding": "utf-16-be"}),
    ],
)
def test_it_is_shown_to_be_confirmed(content, shown):
    browser = Client()
    browser.force_login(a_user("manager", language="en"))
    page = uploaded(browser, content)
    form = page.context["file_form"]
    assert {name: form[name].value() for name in shown} == shown
    assert all(f'<option value="{value}" selected>' in str(form[name]) for name, value in shown.items())
