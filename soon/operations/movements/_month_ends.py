"""Keeping the sums of what became of customers within months (models/retention.py) with their movements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from soon.domain.month_ends import Step, month_ends
from soon.models import RetentionTally
from soon.models.bulk import insert_rows
from soon.queries.movements.due import COLUMNS, Row

_TALLY = ("month_on", "currency", "customer_id", "lost_micro", "gained_micro", "gone")
_STEP = tuple(COLUMNS.index(name) for name in ("moved_on", "currency", "amount_micro", "customers", "cohort_on"))

Key = tuple[object, ...]


def note_month_ends(before: Iterable[Row], after: Iterable[Row]) -> None:
    """Add to the tally what becomes of customers by their rows `after`, and take away what became by those `before`."""
    changes = defaultdict[Key, list[int]](lambda: [0, 0, 0])
    for sign, rows in ((-1, before), (1, after)):
        for key, figures in sums_of_months(rows).items():
            changes[key] = [had + sign * more for had, more in zip(changes[key], figures, strict=True)]
    insert_rows(RetentionTally, _TALLY, ((*key, *figures) for key, figures in changes.items() if any(figures)))


def sums_of_months(rows: Iterable[Row]) -> Mapping[Key, list[int]]:
    """Return (lost, gained, gone) by month, currency and (only where they have several currencies) customer."""
    by_customer = defaultdict[int, list[Step]](list)
    for row in rows:
        by_customer[row[0]].append(Step(*(row[place] for place in _STEP)))
    sums = defaultdict[Key, list[int]](lambda: [0, 0, 0])
    for customer, steps in by_customer.items():
        for end in month_ends(steps):
            key = (end.month_on, end.currency, customer if end.is_mixed else None)
            told = (end.lost_micro, end.gained_micro, end.gone)
            sums[key] = [had + more for had, more in zip(sums[key], told, strict=True)]
    return sums
