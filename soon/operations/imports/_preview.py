"""The first rows of a file, as the page of an import shows them."""

from contextlib import suppress
from itertools import islice

from soon.domain.file_forms import FileForm
from soon.models import DataImport

from ._open import open_table
from .table import CannotReadTable

ROWS = 5
LONGEST = 80


def show_first_rows(data_import: DataImport, content: bytes, form: FileForm) -> None:
    """Give `data_import`, not stored here, its form, columns and first rows. Raises CannotReadTable."""
    table = open_table(content, form)
    rows: list[list[str]] = []
    # The check tells what is wrong further down.
    with suppress(CannotReadTable):
        rows.extend([row.cells.get(column, "")[:LONGEST] for column in table.columns] for row in islice(iter(table.rows), ROWS))
    data_import.form = vars(form)
    data_import.columns = list(table.columns)
    data_import.preview = rows
