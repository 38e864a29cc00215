"""The different texts that stand in columns of an uploaded file, so that somebody can say what they mean."""

from collections.abc import Collection, Mapping, Sequence

from soon.domain.file_forms import FileForm
from soon.models import DataImport

from ._content import content_of
from ._open import open_table

# More are no statuses or plans: it is the wrong column.
MOST = 60


def texts_of(data_import: DataImport, *, columns: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Return the texts of each of `columns`, in the order in which they come; at most one more than MOST of each.

    Raises CannotReadTable where the file cannot be read to its end.
    """
    found: dict[str, dict[str, None]] = {column: {} for column in columns}
    if not found:
        return {}
    for row in open_table(content_of(data_import), FileForm(**data_import.form)).rows:
        for column, texts in found.items():
            if len(texts) <= MOST and row.cells:
                texts.setdefault(row.cells[column].strip())
    return {column: list(texts) for column, texts in found.items()}
