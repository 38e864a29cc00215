"""The rules of the database itself: constraints, references and the triggers that keep documents as they were issued."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection
from django.db.models import CheckConstraint, Field, ForeignKey, Model, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from soon.models.guards import CLOSED_TO_NEW, FINAL

from .checks import Check, Finding, Moment, Theme, Walk

CONSTRAINTS = Check(
    "constraints_in_force",
    _("Every constraint and reference that the records need is in force in the database."),
    _("It is missing in the table {table}, or not enforced."),
    "constraints",
)
GUARDS = Check(
    "guards_in_force",
    _("The database itself keeps issued documents, payments and settlements from being changed or deleted."),
    _("This guard of the table {table} is missing, switched off, or leaves a column out."),
    "guards",
)
REFERENCES = Check(
    "references_lead_somewhere",
    _("No record refers to one that is not there."),
    _("Record {row} of the table {table} refers to a record of {parent} that is not there."),
    "constraints",
)
BROKE_OFF = Check(
    "check_came_to_its_end",
    _("Each check came to its end."),
    _("It broke off, because a record makes no sense to it: {error}"),
    "checks",
)


@dataclass(frozen=True)
class Kept:
    """What is in force: (table, name) of named constraints, (table, columns) of unique ones and of references."""

    names: set[tuple[str, str]] = field(default_factory=set)
    unique: set[tuple[str, str]] = field(default_factory=set)
    references: set[tuple[str, str]] = field(default_factory=set)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.names) + len(self.unique) + len(self.references)


def wanted() -> Kept:
    """Return what the models say must be in force; columns of one field only."""
    kept = Kept()
    for model in _models():
        table = model._meta.db_table
        kept.names.update((table, each.name) for each in model._meta.constraints if isinstance(each, _NAMED))
        kept.unique.update((table, str(each.column)) for each in _fields(model) if each.unique)
        kept.references.update((table, str(each.column)) for each in _fields(model) if _is_reference(each))
    return kept


_NAMED = (CheckConstraint, UniqueConstraint)


def _models() -> list[type[Model]]:
    return sorted(apps.get_app_config("soon").get_models(), key=lambda model: model._meta.db_table)


def _fields(model: type[Model]) -> list[Field]:  # type: ignore[type-arg]
    return list(model._meta.local_concrete_fields)


def _is_reference(each: Field) -> bool:  # type: ignore[type-arg]
    return isinstance(each, ForeignKey) and bool(getattr(each, "db_constraint", False))


def constraints(moment: Moment) -> Iterator[Finding]:
    """Compare what is in force with what the models want."""
    should, does = wanted(), _in_force()
    missing = [
        *(should.names - does.names),
        *((table, f"UNIQUE ({column})") for table, column in should.unique - does.unique),
        *((table, f"REFERENCES ({column})") for table, column in should.references - does.references),
    ]
    for table, name in sorted(missing):
        yield Finding(CONSTRAINTS, name, facts={"table": table})
    if connection.vendor == "sqlite":
        yield from _dangling()


def _in_force() -> Kept:
    return _in_force_postgresql() if connection.vendor == "postgresql" else _in_force_sqlite()


# A reference is enforced by triggers of the system's own, which can be switched off.
_CONSTRAINTS_POSTGRESQL = """
    SELECT relname, conname, contype,
        (SELECT min(attname) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)),
        cardinality(conkey),
        EXISTS (SELECT 1 FROM pg_trigger WHERE tgconstraint = pg_constraint.oid AND tgenabled NOT IN ('O', 'A'))
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE convalidated AND pg_table_is_visible(conrelid)"""
_INDEXES_POSTGRESQL = """
    SELECT tables.relname, indexes.relname,
        (SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = indkey[0]), indnatts, indpred IS NOT NULL
    FROM pg_index JOIN pg_class AS indexes ON indexes.oid = indexrelid JOIN pg_class AS tables ON tables.oid = indrelid
    WHERE indisunique AND indisvalid AND pg_table_is_visible(indrelid)"""


def _in_force_postgresql() -> Kept:
    kept = Kept()
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS_POSTGRESQL)
        for table, name, kind, column, columns, is_off in cursor.fetchall():
            if is_off:
                continue
            kept.names.add((table, name))
            if kind == "f" and columns == 1:
                kept.references.add((table, column))
        cursor.execute(_INDEXES_POSTGRESQL)
        for table, name, column, columns, is_partial in cursor.fetchall():
            kept.names.add((table, name))
            if columns == 1 and not is_partial:
                kept.unique.add((table, column))
    return kept


_NAMED_SQLITE = re.compile(r'CONSTRAINT "(\w+)" (?:CHECK|UNIQUE)', re.I)


def _in_force_sqlite() -> Kept:
    kept = Kept()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        tables = dict(cursor.fetchall())
        for table in (model._meta.db_table for model in _models()):
            kept.names.update((table, name) for name in _NAMED_SQLITE.findall(tables.get(table) or ""))
            cursor.execute(f'PRAGMA foreign_key_list("{table}")')
            kept.references.update((table, row[3]) for row in cursor.fetchall())
            cursor.execute(f'PRAGMA index_list("{table}")')
            for _seq, index, is_unique, origin, is_partial in cursor.fetchall():
                if not is_unique:
                    continue
                kept.names.add((table, index))
                cursor.execute(f'PRAGMA index_info("{index}")')
                columns = [row[2] for row in cursor.fetchall()]
                if origin != "pk" and len(columns) == 1 and not is_partial:
                    kept.unique.add((table, columns[0]))
        kept.unique.update((model._meta.db_table, str(model._meta.pk.column)) for model in _models() if model._meta.pk)
    return kept


def _dangling() -> Iterator[Finding]:
    # PostgreSQL enforces references for every connection, SQLite only for those that ask for it.
    with connection.chunked_cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _place in cursor:
            yield Finding(REFERENCES, f"{table} {row}", facts={"table": table, "row": row, "parent": parent})


def guards(moment: Moment) -> Iterator[Finding]:
    """Look at the triggers of models/guards.py: there, switched on, and with every column that is final."""
    found = _triggers()
    with connection.cursor() as cursor:
        for table, name, columns in wanted_triggers():
            text = found.get((table, name), "")
            if columns is not None:
                described = connection.introspection.get_table_description(cursor, table)
                final = {column.name for column in described} - set(columns)
            else:
                final = set()
            if not text or any(not re.search(rf'\bold\."?{column}"?[\s)]', text, re.I) for column in final):
                yield Finding(GUARDS, name, facts={"table": table})


def wanted_triggers() -> Iterator[tuple[str, str, tuple[str, ...] | None]]:
    """Yield table and name of each guard, with the columns that it lets move (None: it looks at no columns)."""
    for table, moving in FINAL.items():
        yield table, f"{table}_is_final", moving
        yield table, f"{table}_stays", None
    for table in CLOSED_TO_NEW:
        yield table, f"{table}_comes_first", None


_TRIGGERS: Mapping[str, str] = {
    "postgresql": """
        SELECT relname, tgname, pg_get_triggerdef(pg_trigger.oid)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)
            AND prosrc LIKE '%RAISE EXCEPTION%'""",
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
}


def _triggers() -> dict[tuple[str, str], str]:
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        return {(table, name): text for table, name, text in cursor.fetchall()}


def nothing(moment: Moment) -> Iterator[Finding]:
    """Find nothing: whoever makes the walks sees which of them broke off."""
    yield from ()


STRUCTURE = Theme(
    _("The database itself"),
    (Walk((CONSTRAINTS, REFERENCES), constraints), Walk((GUARDS,), guards), Walk((BROKE_OFF,), nothing)),
)
