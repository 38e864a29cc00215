"""What became of customers within months, added up from their movements: what models/retention.py keeps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from soon.domain.month_ends import Step, month_ends
from soon.models import Movement

from .due import COLUMNS, Row

STEP = ("moved_on", "currency", "amount_micro", "customers", "cohort_on")
_PLACES = tuple(COLUMNS.index(name) for name in STEP)
CHUNK = 5_000

# Month, currency and, only of those who have several currencies, customer.
Key = tuple[object, ...]
# Lost, gained, gone.
Sums = Mapping[Key, list[int]]


def sums_of_rows(rows: Iterable[Row]) -> Sums:
    """Return the sums of `rows`, with all that their customers have, in any order."""
    by_customer = defaultdict[int, list[Step]](list)
    for row in rows:
        by_customer[row[0]].append(Step(*(row[place] for place in _PLACES)))
    return _added(by_customer.items())


def sums_of_all() -> Sums:
    """Return the sums of everybody, read customer by customer."""
    rows = Movement.objects.order_by("customer", "moved_on", "pk").values_list("customer", *STEP).iterator(CHUNK)
    return _added((customer, [Step(*row[1:]) for row in theirs]) for customer, theirs in groupby(rows, key=itemgetter(0)))


def _added(customers: Iterable[tuple[int, Iterable[Step]]]) -> Sums:
    sums = defaultdict[Key, list[int]](lambda: [0, 0, 0])
    for customer, steps in customers:
        for end in month_ends(steps):
            found = sums[end.month_on, end.currency, customer if end.is_mixed else None]
            found[0] += end.lost_micro
            found[1] += end.gained_micro
            found[2] += end.gone
    return sums
