"""The chart of the churn report: a bar for each month, stacked by reason, as a drawing that needs no script and no style."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from soon.queries.churn_sums import Figure

from .report_chart import Text, nice_step, number_text

WIDTH, HEIGHT = 960, 300
TOP, BOTTOM = 22, 28
# Room for what stands beside the lines: numbers are narrow, amounts are wide.
NARROW, WIDE = 40, 104
# A label of a month needs so much room, a bar does not grow wider than it looks good.
LABEL, WIDEST_BAR = 52, 56
SLIMMEST = 2


@dataclass(frozen=True)
class Part:
    """A reason within a month; `look` is the number of its pattern."""

    look: int
    figure: Figure
    title: str
    url: str


@dataclass(frozen=True)
class Bar:
    """A month with what is stacked in it, the lowest first."""

    begins: datetime.date
    label: str
    total: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Block:
    """A part as drawn, in the drawing's units."""

    part: Part
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Chart:
    """What the template draws."""

    width: int
    height: int
    left: str
    blocks: Sequence[Block]
    lines: Sequence[Text]
    months: Sequence[Text]
    totals: Sequence[Text]


def draw(bars: Sequence[Bar], *, value_of: Callable[[Figure], int], words_of: Callable[[int], str], is_wide: bool) -> Chart:
    """Return the drawing of `bars`; `value_of` says how high a part is, `words_of` how such a value is written."""
    left = WIDE if is_wide else NARROW
    heights = [sum(value_of(part.figure) for part in bar.parts) for bar in bars]
    highest = max(heights, default=0)
    step = nice_step(highest)
    lines = max(1, -(-highest // step))
    scale = (HEIGHT - TOP - BOTTOM) / (step * lines)
    slot = (WIDTH - left) / max(1, len(bars))
    every = -(-LABEL // int(slot))
    wide = min(WIDEST_BAR, slot * 0.68)
    places = [left + slot * (number + 0.5) for number in range(len(bars))]
    blocks = [
        block
        for bar, place in zip(bars, places, strict=True)
        for block in _stacked(bar, place - wide / 2, wide, scale, value_of)
    ]
    tops = [_ground() - height * scale for height in heights]
    return Chart(
        WIDTH,
        HEIGHT,
        number_text(left),
        blocks,
        [
            Text(number_text(left - 8), number_text(_ground() - step * tick * scale), words_of(step * tick))
            for tick in range(lines + 1)
        ],
        [
            Text(number_text(place), number_text(HEIGHT - 8), bar.label)
            for number, (bar, place) in enumerate(zip(bars, places, strict=True))
            if number % every == 0
        ],
        [
            Text(number_text(place), number_text(top - 6), bar.total)
            for bar, place, top in zip(bars, places, tops, strict=True)
            if bar.total
        ],
    )


def _stacked(bar: Bar, left: float, wide: float, scale: float, value_of: Callable[[Figure], int]) -> Sequence[Block]:
    blocks, ground = [], float(_ground())
    for part in bar.parts:
        if value := value_of(part.figure):
            high = max(SLIMMEST, value * scale)
            ground -= high
            blocks.append(Block(part, number_text(left), number_text(ground), number_text(wide), number_text(high)))
    return blocks


def _ground() -> int:
    return HEIGHT - BOTTOM
