"""The chart of retention: lines of NRR and GRR month by month, and below them the churn of customers as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from soon import formatting
from soon.domain.retention import Rate
from soon.queries.revenue.retention import MonthRates

from .report_chart import Text, nice_step, number_text
from .retention_rates import percent_text

WIDTH, HEIGHT, LEFT, RIGHT = 960, 400, 56, 24
# The lines above, the bars below them: from where to where they reach.
LINES_TOP, LINES_GROUND = 26, 216
BARS_TOP, BARS_GROUND = 256, 372
LABEL, WIDEST_BAR, SLIMMEST = 52, 44, 2
MOST_LINES, MOST_LINES_OF_BARS = 5, 3
# A hundredth of a percent, so that scales are whole numbers.
FINE = 10_000


@dataclass(frozen=True)
class Point:
    """A month's rate on a line or as a bar, with what it says when it is pointed at."""

    x: str
    y: str
    width: str
    height: str
    title: str


@dataclass(frozen=True)
class Line:
    """A line with its points; it is broken where there is no rate. `key` names its look."""

    key: str
    label: str
    paths: Sequence[str]
    points: Sequence[Point]


@dataclass(frozen=True)
class RetentionChart:
    """What the template draws."""

    width: int
    height: int
    left: int
    lines: Sequence[Line]
    bars: Sequence[Point]
    grid: Sequence[Text]
    months: Sequence[Text]
    headings: Sequence[Text]


def draw(months: Sequence[MonthRates]) -> RetentionChart:
    """Return the drawing of `months`."""
    slot = (WIDTH - LEFT - RIGHT) / len(months)
    places = [LEFT + slot * (number + 0.5) for number in range(len(months))]
    net, gross = [month.kept.net for month in months], [month.kept.gross for month in months]
    churn = [month.moves.customer_churn for month in months]
    above = _Scale.over([*net, *gross], (LINES_TOP, LINES_GROUND), MOST_LINES)
    below = _Scale.over([*churn, Fraction()], (BARS_TOP, BARS_GROUND), MOST_LINES_OF_BARS)
    every = -(-LABEL // max(1, int(slot)))
    return RetentionChart(
        WIDTH,
        HEIGHT,
        LEFT,
        [
            _line("nrr", _("NRR"), months, places, net, above),
            _line("grr", _("GRR"), months, places, gross, above),
        ],
        _bars(months, places, churn, below, min(WIDEST_BAR, slot * 0.6)),
        [*above.grid, *below.grid],
        [
            Text(number_text(place), number_text(HEIGHT - 8), formatting.month_short(month.begins))
            for number, (place, month) in enumerate(zip(places, months, strict=True))
            if (len(months) - 1 - number) % every == 0
        ],
        [
            Text(number_text(LEFT), number_text(LINES_TOP - 12), _("Revenue kept within the month")),
            Text(number_text(LEFT), number_text(BARS_TOP - 12), _("Customer churn")),
        ],
    )


@dataclass(frozen=True)
class _Scale:
    """How rates become heights, with the lines to read them by."""

    ground: float
    lowest: int
    per_unit: float
    grid: Sequence[Text]

    @classmethod
    def over(cls, rates: Sequence[Rate], edges: tuple[int, int], most: int) -> "_Scale":
        """Return the scale on which `rates` fit between two heights."""
        top, ground = edges
        told = [int(rate * FINE) for rate in rates if rate is not None] or [0]
        step = nice_step(max(max(told) - min(told), most), most)
        first = min(told) // step
        last = max(-(-max(told) // step), first + 1)
        per_unit = (ground - top) / (step * (last - first))
        ticks = [step * tick for tick in range(first, last + 1)]
        grid = [
            Text(
                number_text(LEFT - 8),
                number_text(ground - (tick - step * first) * per_unit),
                percent_text(Fraction(tick, FINE)),
            )
            for tick in ticks
        ]
        return cls(ground, step * first, per_unit, grid)

    def y(self, rate: Fraction) -> float:
        """Return the height of `rate`, as a drawing counts: downwards."""
        return self.ground - (float(rate) * FINE - self.lowest) * self.per_unit


def _line(
    key: str, label: str, months: Sequence[MonthRates], places: Sequence[float], rates: Sequence[Rate], scale: _Scale
) -> Line:
    points, runs = [], [list[str]()]
    for month, place, rate in zip(months, places, rates, strict=True):
        if rate is None:
            runs.append([])
            continue
        x, y = number_text(place), number_text(scale.y(rate))
        runs[-1].append(f"{x},{y}")
        points.append(Point(x, y, "", "", _title(month, label, rate)))
    return Line(key, label, [" ".join(run) for run in runs if len(run) > 1], points)


def _bars(
    months: Sequence[MonthRates], places: Sequence[float], rates: Sequence[Rate], scale: _Scale, wide: float
) -> list[Point]:
    found = []
    for month, place, rate in zip(months, places, rates, strict=True):
        if rate:
            high = max(SLIMMEST, scale.ground - scale.y(rate))
            box = (number_text(place - wide / 2), number_text(scale.ground - high), number_text(wide), number_text(high))
            found.append(Point(*box, _title(month, _("Customer churn"), rate)))
    return found


def _title(month: MonthRates, label: str, rate: Rate) -> str:
    words = {"month": formatting.month(month.begins), "what": label, "rate": percent_text(rate)}
    return _("%(month)s, %(what)s: %(rate)s") % words
