"""What all charts of reports share: drawn by the server as SVG, without scripts or styles of their own."""

from dataclasses import dataclass

MOST_LINES = 5


@dataclass(frozen=True)
class Text:
    """A label as drawn."""

    x: str
    y: str
    words: str


def nice_step(highest: int, most_lines: int = MOST_LINES) -> int:
    """Return between which lines the reader counts: 1, 2 or 5 times a power of ten, at most `most_lines` up to `highest`."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * most_lines >= highest:
                return step
        power *= 10


def number_text(value: float) -> str:
    """Return a number of a drawing as text, so that no language writes a comma into it."""
    return f"{value:.1f}"
