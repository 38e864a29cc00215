"""On PostgreSQL, numbers of orders and documents are compared byte by byte, as SQLite does, so that their unique index also
answers which numbers begin with something, whatever language the database was made for."""

from django.db import migrations

# Triggers that look at the column stand in the way; they come back after every `migrate` (soon/apps.py).
STATEMENTS = (
    "DROP TRIGGER IF EXISTS soon_invoice_is_final ON soon_invoice",
    "DROP TRIGGER IF EXISTS soon_order_moved ON soon_order",
    'ALTER TABLE soon_invoice ALTER COLUMN number TYPE varchar(30) COLLATE "C"',
    'ALTER TABLE soon_order ALTER COLUMN number TYPE varchar(20) COLLATE "C"',
)


def compare_bytes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in STATEMENTS:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("soon", "0007_search_by_trigrams")]

    operations = [migrations.RunPython(compare_bytes, migrations.RunPython.noop)]
