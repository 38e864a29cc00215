"""The file of the rows of an import that were not loaded."""

from collections.abc import Iterator

from soon.domain.file_forms import FileForm
from soon.models import DataImport

from ._content import content_of
from ._open import open_table
from .skipped_rows import skipped_rows
from .subscription import Problem


def skipped_file(data_import: DataImport) -> Iterator[list[str]]:
    """Yield heading and bad rows of the file of `data_import`, each with what is wrong, to be mended and loaded again.

    Raises CannotReadTable.
    """
    table = open_table(content_of(data_import), FileForm(**data_import.form))
    problems = data_import.problems.order_by("row", "pk").values_list("row", "column", "code", "facts")
    return skipped_rows(table, problems=[Problem(*row) for row in problems])
