"""Booking what orders earn: their movements of monthly revenue follow from what happened to them, and are written with it."""

from collections.abc import Collection

from soon.models import Movement
from soon.models.bulk import any_of, insert_rows
from soon.operations.settling import lock_money_of_all
from soon.queries.movements.due import COLUMNS, due_of, stored_of
from soon.queries.movements.earnings import earnings_of

from ._month_ends import note_month_ends


def rebook(orders: Collection[int]) -> int:
    """Make the movements of the orders with these keys anew, and with them those of their customers; return how many changed.

    Call it at the end of whatever changes from when to when an order earns, how much, or for whom, in its transaction. What
    an earlier day brings may change what later days are called; what stays as it was is not touched.
    """
    earnings = earnings_of(sorted(orders))
    customers = {each.customer for each in earnings}
    lock_money_of_all(customers)
    stored = stored_of(customers)
    due = due_of(earnings, stored)
    there = {row: keys for rows in stored.values() for row, keys in rows.items()}
    gone = [key for row, keys in there.items() for key in keys[due[row] :]]
    new = [row for row, count in due.items() for _ in range(count - len(there.get(row, ())))]
    if gone:
        Movement.objects.filter(pk__in=any_of(gone)).delete()
    if new:
        insert_rows(Movement, COLUMNS, new)
    if gone or new:
        note_month_ends((row for row, keys in there.items() for _ in keys), due.elements())
    return len(gone) + len(new)
