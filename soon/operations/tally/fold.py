"""Putting the changes of the tallies together, so that they stay a handful of rows."""

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
    table = kept.model._meta.db_table
    columns = ", ".join((*kept.by, *kept.sums))
    sums = ", ".join(f"sum({name})" for name in kept.sums)
    wanted = " OR ".join(f"sum({name}) <> 0" for name in kept.sums)
    folded = f"SELECT {', '.join(kept.by)}, {sums} FROM {{}} GROUP BY {', '.join(kept.by)} HAVING {wanted}"  # noqa: S608 - own names
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What goes is what is added up, in one statement: others may add rows meanwhile.
            cursor.execute(f"""
                WITH gone AS (DELETE FROM {table} RETURNING {columns}),
                    kept AS (INSERT INTO {table} ({columns}) {folded.format("gone")})
                SELECT count(*) FROM gone""")  # noqa: S608
            return int(cursor.fetchone()[0])
        # SQLite has one writer at a time, and we are it.
        cursor.execute(folded.format(table))
        rows = cursor.fetchall()
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        gone: int = cursor.rowcount
        insert_rows(kept.model, (*kept.by, *kept.sums), rows)
    return gone
