"""Keeping the sums of what became of customers within months (models/retention.py) with their movements."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction

from soon.models import Movement, RetentionTally
from soon.models.bulk import insert_rows
from soon.queries.movements.due import Row
from soon.queries.movements.month_sums import Key, Sums, sums_of_all, sums_of_rows

_TALLY = ("month_on", "currency", "customer_id", "lost_micro", "gained_micro", "gone")


def note_month_ends(before: Iterable[Row], after: Iterable[Row]) -> None:
    """Add to the tally what becomes of customers by their rows `after`, and take away what became by those `before`."""
    _add(sums_of_rows(after), sums_of_rows(before))


@transaction.atomic
def rebuild_month_ends() -> None:
    """Make the tally anew from all movements. Nobody can write movements meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Movement._meta.db_table} IN SHARE MODE")
    RetentionTally.objects.all().delete()
    _add(sums_of_all(), {})


def _add(more: Sums, less: Sums) -> None:
    changes = defaultdict[Key, list[int]](lambda: [0, 0, 0])
    for sign, sums in ((1, more), (-1, less)):
        for key, figures in sums.items():
            changes[key] = [had + sign * figure for had, figure in zip(changes[key], figures, strict=True)]
    insert_rows(RetentionTally, _TALLY, ((*key, *figures) for key, figures in changes.items() if any(figures)))
