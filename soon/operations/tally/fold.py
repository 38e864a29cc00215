"""Putting the changes of the tallies together, so that they stay a handful of rows."""

from collections import defaultdict
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Model

from soon.models import CohortTally, OrderTally, RetentionTally, RevenueTally
from soon.models.bulk import insert_rows
from soon.models.order_tally import BY, SUMS

# Fewer rows than this are added up as they are.
MANY = 500
# A tally by month has many rows at rest as well; it is folded when it has so many times as many.
TIMES = 2


class _Kept(NamedTuple):
    """A tally: columns that tell its rows apart, and those that are added up."""

    model: type[Model]
    by: tuple[str, ...]
    sums: tuple[str, ...]


TALLIES = (
    _Kept(OrderTally, BY, ("orders", *SUMS)),
    _Kept(
        RevenueTally,
        ("month_on", "currency", "plan_id", "product_id", "salesperson_id", "kind", "cause"),
        ("amount_micro", "customers", "orders"),
    ),
    _Kept(CohortTally, ("cohort_on", "month_on", "currency"), ("amount_micro", "customers")),
    _Kept(RetentionTally, ("month_on", "currency", "customer_id"), ("lost_micro", "gained_micro", "gone")),
)


def fold(*, more_than: int = MANY) -> int:
    """Replace the rows of each tally by one for each of what it tells apart; return how many went.

    What others add meanwhile stays beside it, and of several that fold at once one does the work. Nothing while a tally has
    no `more_than` rows, or few more than it would have afterwards.
    """
    return sum(_fold(kept) for kept in TALLIES if _is_long(kept, more_than))


def _is_long(kept: _Kept, more_than: int) -> bool:
    count = kept.model._default_manager.count()
    if count <= more_than:
        return False
    told_apart = kept.model._default_manager.order_by().values(*kept.by).distinct().count()
    return not more_than or count > TIMES * told_apart


@transaction.atomic
def _fold(kept: _Kept) -> int:
    columns = (*kept.by, *kept.sums)
    with connection.cursor() as cursor:
        # What goes is what is added up: in one statement, on both databases.
        cursor.execute(f"DELETE FROM {kept.model._meta.db_table} RETURNING {', '.join(columns)}")  # noqa: S608 - our own names only
        gone = cursor.fetchall()
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0] * len(kept.sums))
    for row in gone:
        key, figures = tuple(row[: len(kept.by)]), row[len(kept.by) :]
        sums[key] = [before + figure for before, figure in zip(sums[key], figures, strict=True)]
    insert_rows(kept.model, columns, ((*key, *figures) for key, figures in sums.items() if any(figures)))
    return len(gone)
