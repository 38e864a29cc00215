"""Storing thousands of rows in one statement: COPY on PostgreSQL, one prepared multi-row INSERT on SQLite.

Values are given as a column stores them (keys of foreign records, JSON as text); nothing is checked here but by the database.
"""

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model
from django.db.models.expressions import DatabaseDefault, RawSQL

Row = Sequence[Any]


def reserve_ids(model: type[Model], count: int) -> Sequence[int]:
    """Return `count` primary keys of `model` that nothing else will get. Call it inside the transaction that uses them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence(%s, 'id')"
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [table, count])  # noqa: S608
            return [key for (key,) in cursor.fetchall()]
        # SQLite has one writer at a time, and we are it.
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if cursor.rowcount == 0:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Store `rows`, each with a value for every one of `columns` (names of the database); other columns get their default.

    Raises IntegrityError, at once or at the end of the transaction, as any other way of storing them.
    """
    rows = iter(rows)
    if (first := next(rows, None)) is None:
        return
    rows = chain([first], rows)
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join("?" for _ in columns)
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608 - our own names only
            connection.connection.executemany(statement, (_as_sqlite_stores(row) for row in rows))


def insert_records(records: Sequence[Model]) -> None:
    """Store `records` of one model and give them their keys, as `bulk_create` does in several times the time."""
    if not records:
        return
    model = type(records[0])
    fields = model._meta.local_concrete_fields
    for record, key in zip(records, reserve_ids(model, len(records)), strict=True):
        record.pk = key
        record._state.adding = False
        for field in fields:
            # What the database would fill in is filled in here, so that the record has it as well.
            if isinstance(getattr(record, field.attname), DatabaseDefault):
                setattr(record, field.attname, field.db_default)
    rows = ([_as_column(field, getattr(record, field.attname)) for field in fields] for record in records)
    insert_rows(model, [str(field.column) for field in fields], rows)


def _as_column(field: "Field[Any, Any]", value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(field, JSONField) else value


def update_rows(model: type[Model], column: str, kind: str, values: Mapping[int, Any]) -> None:
    """Set `column` (of the PostgreSQL type `kind`) of each row named by its key to its value, in one statement."""
    update_columns(model, {column: kind}, {key: (value,) for key, value in values.items()})


def update_columns(model: type[Model], kinds: Mapping[str, str], values: Mapping[int, Row]) -> None:
    """Set the columns `kinds`, each of that PostgreSQL type, of each row named by its key to its values, in one statement."""
    if not values:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            columns = ", ".join(f'"{column}" = new."{column}"' for column in kinds)
            lists = ", ".join(f'unnest(%s::{kind}[]) AS "{column}"' for column, kind in kinds.items())
            statement = (
                f'UPDATE "{table}" SET {columns} '  # noqa: S608 - our own names only
                f'FROM (SELECT unnest(%s::bigint[]) AS id, {lists}) AS new WHERE "{table}".id = new.id'
            )
            cursor.execute(statement, [list(values), *(list(column) for column in zip(*values.values(), strict=True))])
        else:
            places = ", ".join(f'"{column}" = ?' for column in kinds)
            statement = f'UPDATE "{table}" SET {places} WHERE id = ?'  # noqa: S608
            connection.connection.executemany(statement, (_as_sqlite_stores((*row, key)) for key, row in values.items()))


def any_of(keys: Sequence[int]) -> RawSQL:
    """Return `keys` for a lookup such as `pk__in`, as one parameter: thousands of them cost time to read in a statement."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))])


_SQLITE: Mapping[type, Callable[[Any], Any]] = {
    datetime.date: datetime.date.isoformat,
    datetime.datetime: lambda moment: str(moment.astimezone(datetime.UTC).replace(tzinfo=None)),
    Decimal: str,
    bool: int,
}


def _as_sqlite_stores(row: Row) -> list[Any]:
    return [_SQLITE[type(value)](value) if type(value) in _SQLITE else value for value in row]
