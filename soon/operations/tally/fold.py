"""Putting the changes of the tally of orders together, so that it stays a handful of rows."""

from collections import defaultdict

from django.db import connection, transaction

from soon.models import OrderTally
from soon.models.bulk import insert_rows
from soon.models.order_tally import BY, SUMS

# Fewer rows than this are added up as they are.
MANY = 500


@transaction.atomic
def fold(*, more_than: int = MANY) -> int:
    """Replace the rows of the tally by one for each state, plan, currency and salesperson; return how many went.

    What others add meanwhile stays beside it, and of several that fold at once one does the work. Nothing while the tally has
    no `more_than` rows.
    """
    if OrderTally.objects.count() <= more_than:
        return 0
    columns = (*BY, "orders", *SUMS)
    with connection.cursor() as cursor:
        # What goes is what is added up: in one statement, on both databases.
        cursor.execute(f"DELETE FROM soon_ordertally RETURNING {', '.join(columns)}")  # noqa: S608 - our own names only
        gone = cursor.fetchall()
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0] * (1 + len(SUMS)))
    for row in gone:
        key, figures = tuple(row[: len(BY)]), row[len(BY) :]
        sums[key] = [before + figure for before, figure in zip(sums[key], figures, strict=True)]
    insert_rows(OrderTally, columns, ((*key, *figures) for key, figures in sums.items() if any(figures)))
    return len(gone)
