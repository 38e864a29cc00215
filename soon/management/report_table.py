"""What `soon report` prints: a table with machine names, as one JSON object or as text."""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from soon import formatting

Value = str | int | Decimal | datetime.date | None


@dataclass(frozen=True)
class Head:
    """A column: its name in JSON, its heading, and whether numbers stand in it."""

    name: str
    label: Promise | str
    is_number: bool = True


@dataclass(frozen=True)
class ReportTable:
    """A report: what it is about by name, its rows, their sum where they have one, and what is to be said beside them.

    Amounts are decimals in major units, rates percent; None is "n/a". `more` holds other tables of the same report by name.
    """

    about: Mapping[str, Any]
    heads: Sequence[Head]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] | None = None
    notes: Sequence[str] = ()
    more: Mapping[str, "ReportTable"] = field(default_factory=dict)


def as_json(table: ReportTable) -> str:
    """Return the table as one JSON object; decimals are strings, so that no program rounds them."""
    return json.dumps(_facts(table), ensure_ascii=False)


def _facts(table: ReportTable) -> dict[str, Any]:
    facts = {**table.about, "rows": [_named(table, row) for row in table.rows]}
    if table.total is not None:
        # Its first cell is a word for readers.
        facts["total"] = {name: value for name, value in _named(table, table.total).items() if name != table.heads[0].name}
    return facts | {name: [_named(other, row) for row in other.rows] for name, other in table.more.items()}


def _named(table: ReportTable, row: Sequence[Value]) -> dict[str, Any]:
    return {head.name: _plain(value) for head, value in zip(table.heads, row, strict=True)}


def _plain(value: Value) -> str | int | None:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def as_lines(table: ReportTable) -> Iterator[str]:
    """Yield the table as lines for a terminal, numbers on the right."""
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    cells = [[str(head.label) for head in table.heads], *([_text(value) for value in row] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(table.heads))]
    for line in cells:
        yield "  ".join(
            text.rjust(width) if head.is_number else text.ljust(width)
            for text, width, head in zip(line, widths, table.heads, strict=True)
        ).rstrip()
    yield from table.notes
    for other in table.more.values():
        yield ""
        yield from as_lines(other)


def _text(value: Value) -> str:
    if value is None:
        return _("n/a")
    if isinstance(value, datetime.date):
        return formatting.day(value)
    return value if isinstance(value, str) else formatting.quantity(value)
