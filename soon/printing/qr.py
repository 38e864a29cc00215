"""QR codes as drawings: one path of black squares, for pages of paper and of the web."""

from dataclasses import dataclass
from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

# The white margin that readers need, in squares.
QUIET = 4


@dataclass(frozen=True)
class QrDrawing:
    """A code of `size` × `size` squares, the margin included; `path` is the data of an SVG path over the black ones."""

    size: int
    path: str

    @property
    def svg(self) -> str:
        """The drawing as a file of its own: black on white."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}">'
            f'<path fill="#fff" d="M0 0h{self.size}v{self.size}H0z"/><path d="{self.path}"/></svg>'
        )


@lru_cache(maxsize=64)
def qr_drawing(text: str) -> QrDrawing:
    """Return the code that says `text`, readable with 15 % of it covered (level M)."""
    # Any of the eight masks can be read; weighing them up would take longer than all the rest of a document.
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=3, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = [[bool(square) for square in row] for row in code.modules]
    return QrDrawing(len(rows) + 2 * QUIET, "".join(_runs(y, row) for y, row in enumerate(rows, start=QUIET)))


def _runs(y: int, row: list[bool]) -> str:
    """Return one row as rectangles, each as long as squares beside each other are black."""
    path, x = [], 0
    while x < len(row):
        length = 1
        while x + length < len(row) and row[x + length] == row[x]:
            length += 1
        if row[x]:
            path.append(f"M{x + QUIET} {y}h{length}v1h-{length}z")
        x += length
    return "".join(path)
