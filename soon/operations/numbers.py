"""Numbers without gaps."""

from django.db import connection

from soon.models import NumberSeries

_TAKE = """
    INSERT INTO {table} (code, year, last) VALUES (%s, %s, %s)
    ON CONFLICT (code, year) DO UPDATE SET last = {table}.last + excluded.last RETURNING last"""


def take_number(code: str, year: int) -> int:
    """Return the next number of series `code` in `year`; call it last, inside the transaction that uses the number.

    The counted-up row stays locked until that transaction ends: a roll-back gives the number back, so there is no gap.
    """
    return take_numbers(code, year, 1)[0]


def take_numbers(code: str, year: int, count: int) -> range:
    """Return the next `count` numbers of series `code` in `year`, as `take_number` does."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(table=NumberSeries._meta.db_table), [code, year, count])
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
