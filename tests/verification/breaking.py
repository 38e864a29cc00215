"""Getting past what the database forbids, inside a test's transaction, to plant what must never happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from soon.models.customer_revenue import install_customer_revenue
from soon.models.guards import FINAL, install_guards
from soon.models.movements import install_revenue_tally


def sql(statement: str, *values: Any) -> None:
    """Run one statement past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return what one statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@contextmanager
def past_the_guards() -> Iterator[None]:
    """Take the triggers away for a while."""
    checked_now()
    if connection.vendor == "postgresql":
        for table in FINAL:
            sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        checked_now()
        for table in FINAL:
            sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    else:
        for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name <> 'soon_order'"):
            sql(f"DROP TRIGGER {name}")
        yield
        install_guards(connection)
        install_revenue_tally(connection)
        install_customer_revenue(connection)


def checked_now() -> None:
    """Let PostgreSQL check now what it would check at the end: with checks pending it alters no table."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET CONSTRAINTS ALL DEFERRED")


def without(table: str, name: str) -> None:
    """Take the constraint `name` out of `table`."""
    checked_now()
    if connection.vendor == "postgresql":
        is_index = rows("SELECT 1 FROM pg_class WHERE relname = %s AND relkind = 'i'", name)
        has_constraint = rows("SELECT 1 FROM pg_constraint WHERE conname = %s", name)
        sql(f"DROP INDEX {name}" if is_index and not has_constraint else f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    elif rows("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = %s", name):
        sql(f"DROP INDEX {name}")
    else:
        _without_in_table(table, name)


def _without_in_table(table: str, name: str) -> None:
    """SQLite takes no constraint out of a table: make the table anew without it."""
    [(words,)] = rows("SELECT sql FROM sqlite_master WHERE name = %s", table)
    indexes = rows("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL", table)
    begin = words.index(f', CONSTRAINT "{name}"')
    with past_the_guards():
        sql((words[:begin] + words[_end_of_parentheses(words, begin) :]).replace(f'"{table}"', '"made_anew"', 1))
        sql(f"INSERT INTO made_anew SELECT * FROM {table}")
        sql(f"DROP TABLE {table}")
        sql(f"ALTER TABLE made_anew RENAME TO {table}")
        for (index,) in indexes:
            sql(index)


def _end_of_parentheses(words: str, begin: int) -> int:
    depth = 0
    for place in range(words.index("(", begin), len(words)):
        depth += {"(": 1, ")": -1}.get(words[place], 0)
        if depth == 0:
            return place + 1
    raise ValueError(words)


def again(table: str, key: int, **others: Any) -> int:
    """Store the row `key` of `table` a second time, with `others` in place of its values; return its key."""
    with connection.cursor() as cursor:
        columns = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    kept = [column for column in columns if column not in ("id", *others)]
    into, values = ", ".join((*kept, *others)), ", ".join((*kept, *("%s" for _ in others)))
    sql(f"INSERT INTO {table} ({into}) SELECT {values} FROM {table} WHERE id = %s", *others.values(), key)
    [(made,)] = rows(f"SELECT max(id) FROM {table}")
    return int(made)
