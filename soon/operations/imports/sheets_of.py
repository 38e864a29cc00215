"""The sheets of an uploaded spreadsheet."""

from collections.abc import Sequence

from soon.domain.file_forms import XLSX
from soon.models import DataImport

from ._content import content_of
from ._open import largest_file
from ._xlsx_file import sheet_names


def sheets_of(data_import: DataImport) -> Sequence[str]:
    """Return how they are called; none for a file that is no spreadsheet."""
    if data_import.form.get("kind") != XLSX:
        return ()
    return sheet_names(content_of(data_import), largest=largest_file())
