"""Triggers of the database that keep documents as they were issued, whoever asks, also past the ORM.

A migration that rebuilds a table on SQLite drops its triggers, so they are put back after every `migrate` (apps.py).
"""

from collections.abc import Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

# Columns that may still move on a row that is otherwise final.
FINAL: Mapping[str, tuple[str, ...]] = {
    "soon_invoice": ("paid_minor", "credited_minor"),
    "soon_invoiceline": (),
    "soon_settlement": (),
    "soon_evidence": (),
    "soon_payout": (),
    "soon_payment": ("used_minor", "reversed_at", "reversed_by_id", "reversal_reason"),
}
# A document is stored after its lines, and from then on takes no more of them.
CLOSED_TO_NEW: Mapping[str, tuple[str, str]] = {"soon_invoiceline": ("soon_invoice", "invoice_id")}


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers, on either database, in place of those that were there: since then a table may have new columns."""
    make = {"postgresql": _for_postgresql, "sqlite": _for_sqlite}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in make(connection):
            cursor.execute(statement)


def _still_as_it_was(connection: BaseDatabaseWrapper, table: str, *, same: str) -> str:
    """Return the condition that no final column of an updated row has changed; `same` is how the database compares."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return " AND ".join(f'OLD."{column}" {same} NEW."{column}"' for column in columns if column not in FINAL[table])


def _for_postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    statements = [_REFUSE]
    for table in FINAL:
        same = _still_as_it_was(connection, table, same="IS NOT DISTINCT FROM")
        statements += [each.format(table=table, same=same) for each in _FINAL_POSTGRESQL]
    for table, (document, reference) in CLOSED_TO_NEW.items():
        statements += [each.format(table=table, document=document, reference=reference) for each in _CLOSED_POSTGRESQL]
    return statements


def _for_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    statements = []
    for table in FINAL:
        same = _still_as_it_was(connection, table, same="IS")
        statements += [each.format(table=table, same=same) for each in _FINAL_SQLITE]
    for table, (document, reference) in CLOSED_TO_NEW.items():
        statements += [each.format(table=table, document=document, reference=reference) for each in _CLOSED_SQLITE]
    return statements


_REFUSE = """
    CREATE OR REPLACE FUNCTION soon_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is final: % is not possible', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$"""

_FINAL_POSTGRESQL = (
    """
    CREATE OR REPLACE TRIGGER {table}_is_final BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN (NOT ({same})) EXECUTE FUNCTION soon_refuse_change()""",
    """
    CREATE OR REPLACE TRIGGER {table}_stays BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION soon_refuse_change()""",
)

# Once a statement, not once a row: a billing run adds thousands of lines in one.
_CLOSED_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION {table}_refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM added JOIN {document} ON {document}.id = added.{reference}) THEN
        RAISE EXCEPTION '{document} is issued and takes no more lines' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$""",
    """
    CREATE OR REPLACE TRIGGER {table}_comes_first AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_late()""",
)

_FINAL_SQLITE = (
    "DROP TRIGGER IF EXISTS {table}_is_final",
    "DROP TRIGGER IF EXISTS {table}_stays",
    """
    CREATE TRIGGER {table}_is_final BEFORE UPDATE ON {table} WHEN NOT ({same})
    BEGIN SELECT RAISE(ABORT, '{table} is final'); END""",
    """
    CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is final'); END""",
)

_CLOSED_SQLITE = (
    "DROP TRIGGER IF EXISTS {table}_comes_first",
    """
    CREATE TRIGGER {table}_comes_first BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {document} WHERE id = NEW.{reference})
    BEGIN SELECT RAISE(ABORT, '{document} is issued and takes no more lines'); END""",
)
