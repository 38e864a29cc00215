"""The chart of revenue: the line of MRR month by month, and below it what moved it, stacked up and down from nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from soon import formatting
from soon.domain.revenue_months import Month

from .report_chart import Text, nice_step, number_text

WIDTH, HEIGHT, LEFT = 960, 440, 104
# The line above, the bars below it: from where to where they reach.
LINE_TOP, LINE_GROUND = 24, 196
BARS_TOP, BARS_GROUND = 232, 412
LABEL, WIDEST_BAR, SLIMMEST = 52, 44, 2
MOST_LINES_OF_BARS = 4


@dataclass(frozen=True)
class Mark:
    """A point or bar as drawn, with what it says and where it leads; `look` is the number of its pattern."""

    x: str
    y: str
    width: str
    height: str
    look: int
    title: str
    query: str


@dataclass(frozen=True)
class RevenueChart:
    """What the template draws; `zero` is the height of the ground that the bars stand on and hang from."""

    width: int
    height: int
    left: int
    path: str
    area: str
    points: Sequence[Mark]
    bars: Sequence[Mark]
    lines: Sequence[Text]
    zero: str
    months: Sequence[Text]
    headings: Sequence[Text]


@dataclass(frozen=True)
class Scale:
    """How amounts become heights."""

    ground: float
    per_micro: float

    def y(self, micro: Fraction | int) -> float:
        """Return the height of an amount above the ground, as a drawing counts: downwards."""
        return self.ground - float(micro) * self.per_micro


# What a mark says and where it leads, for a month and a kind ("" for the MRR at its end).
Told = Callable[[Month, str], tuple[str, str]]


def draw(
    months: Sequence[Month], looks: Mapping[str, int], currency: str, told: Told, headings: tuple[str, str]
) -> RevenueChart:
    """Return the drawing of `months`; `looks` numbers the kinds to be drawn, those nearest to nothing first."""
    slot = (WIDTH - LEFT) / len(months)
    places = [LEFT + slot * (number + 0.5) for number in range(len(months))]
    above, lines_above = _scale([month.closing for month in months], (LINE_TOP, LINE_GROUND), currency, most=4)
    sums = [_reach(month, looks) for month in months]
    edges = [edge for reach in sums for edge in reach]
    below, lines_below = _scale(edges, (BARS_TOP, BARS_GROUND), currency, most=MOST_LINES_OF_BARS)
    points = [(place, above.y(month.closing)) for place, month in zip(places, months, strict=True)]
    path = " ".join(f"{number_text(x)},{number_text(y)}" for x, y in points)
    ends = [(points[0][0], above.y(0)), *points, (points[-1][0], above.y(0))]
    wide = min(WIDEST_BAR, slot * 0.68)
    every = -(-LABEL // max(1, int(slot)))
    labels = [
        Text(number_text(place), number_text(HEIGHT - 8), formatting.month_short(month.begins))
        for number, (place, month) in enumerate(zip(places, months, strict=True))
        if (len(months) - 1 - number) % every == 0
    ]
    return RevenueChart(
        WIDTH,
        HEIGHT,
        LEFT,
        path,
        " ".join(f"{number_text(x)},{number_text(y)}" for x, y in ends),
        [
            Mark(number_text(x), number_text(y), "", "", 0, *told(month, ""))
            for (x, y), month in zip(points, months, strict=True)
        ],
        [mark for place, month in zip(places, months, strict=True) for mark in _bars(month, looks, place, wide, below, told)],
        [*lines_above, *lines_below],
        number_text(below.y(0)),
        labels,
        [
            Text(number_text(LEFT), number_text(top - 10), words)
            for top, words in zip((LINE_TOP, BARS_TOP), headings, strict=True)
        ],
    )


def _reach(month: Month, looks: Mapping[str, int]) -> tuple[Fraction, Fraction]:
    amounts = [month.amount(kind) for kind in looks]
    return sum((each for each in amounts if each > 0), Fraction()), sum((each for each in amounts if each < 0), Fraction())


def _scale(values: Sequence[Fraction], edges: tuple[int, int], currency: str, *, most: int) -> tuple[Scale, list[Text]]:
    """Return the scale on which `values` and nothing fit between two heights, and its lines with what they stand for."""
    top, ground = edges
    highest, lowest = max(int(max(values)), 0), min(int(min(values)), 0)
    step = nice_step(highest - lowest, most)
    first, last = lowest // step, max(-(-highest // step), lowest // step + 1)
    per_micro = (ground - top) / (step * (last - first))
    scale = Scale(ground + first * step * per_micro, per_micro)
    ticks = [step * tick for tick in range(first, last + 1)]
    return scale, [Text(number_text(LEFT - 8), number_text(scale.y(at)), formatting.mrr_text(at, currency)) for at in ticks]


def _bars(month: Month, looks: Mapping[str, int], place: float, wide: float, scale: Scale, told: Told) -> Sequence[Mark]:
    up, down, marks = scale.y(0), scale.y(0), []
    for kind, look in looks.items():
        amount = month.amount(kind)
        high = max(SLIMMEST, abs(float(amount)) * scale.per_micro) if amount else 0
        if amount > 0:
            up -= high
        if amount:
            y = up if amount > 0 else down
            box = (number_text(place - wide / 2), number_text(y), number_text(wide), number_text(high))
            marks.append(Mark(*box, look, *told(month, kind)))
        if amount < 0:
            down += high
    return marks
