"""The uploaded file, in compressed pieces in the database."""

import zlib
from collections.abc import Iterable

from soon.models import DataImport, DataImportPiece

PIECE = 1024 * 1024


def store_content(data_import: DataImport, content: bytes) -> None:
    """Store `content` beside its import."""
    pieces: Iterable[DataImportPiece] = (
        DataImportPiece(
            data_import=data_import, position=begin // PIECE, content=zlib.compress(content[begin : begin + PIECE], 1)
        )
        for begin in range(0, len(content), PIECE)
    )
    DataImportPiece.objects.bulk_create(pieces, batch_size=8)


def content_of(data_import: DataImport) -> bytes:
    """Return the file of `data_import`; b"" where it was deleted."""
    pieces = DataImportPiece.objects.filter(data_import=data_import).order_by("position")
    return b"".join(zlib.decompress(piece) for piece in pieces.values_list("content", flat=True).iterator(8))
