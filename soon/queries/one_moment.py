"""Reading the whole database as it stood at one moment, while others go on working."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

# Sorting and adding up a million rows in memory instead of files; each is given back when its statement ends. What a cursor
# returns is read to its end.
_FOR_LONG_READS = ("work_mem = '64MB'", "cursor_tuple_fraction = 1")


@contextmanager
def one_moment() -> Iterator[None]:
    """Let everything inside see the same state of the database, and stream what it reads, without keeping writers out.

    Inside a transaction of the caller's it is that transaction.
    """
    # A connection learns its way of beginning transactions when it is opened.
    connection.ensure_connection()
    before = (connection.settings_dict, getattr(connection, "transaction_mode", None))
    # A copy, because other threads read the same settings. Inside a transaction PgBouncer gives a cursor its own session.
    connection.settings_dict = {**connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS": False}
    if connection.vendor == "sqlite":
        # A transaction that only reads need not be the one that may write.
        _set_transaction_mode("DEFERRED")
    is_own = not connection.in_atomic_block
    try:
        with transaction.atomic(durable=False):
            if is_own and connection.vendor == "postgresql":
                _begin_long_read()
            yield
    finally:
        connection.settings_dict = before[0]
        if connection.vendor == "sqlite":
            _set_transaction_mode(before[1])


def _begin_long_read() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for setting in _FOR_LONG_READS:
            cursor.execute(f"SET LOCAL {setting}")


def _set_transaction_mode(mode: Any) -> None:
    connection.transaction_mode = mode  # type: ignore[attr-defined]
