"""On PostgreSQL, words inside names and references are found by trigrams. Where the extension may not be made, they are found slowly."""

from django.db import DatabaseError, migrations, transaction

INDEXES = (
    "CREATE INDEX IF NOT EXISTS customer_by_words ON soon_customer USING gin (search_key gin_trgm_ops)",
    "CREATE INDEX IF NOT EXISTS order_by_reference ON soon_order USING gin (upper(customer_reference) gin_trgm_ops) "
    "WHERE customer_reference <> ''",
    "CREATE INDEX IF NOT EXISTS order_by_external_id ON soon_order USING gin (upper(external_id) gin_trgm_ops) "
    "WHERE external_id IS NOT NULL",
)


def index_words(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError:
            return
        for statement in INDEXES:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("soon", "0006_order_tally")]

    operations = [migrations.RunPython(index_words, migrations.RunPython.noop)]
