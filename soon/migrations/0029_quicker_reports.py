"""Customers are ranked by the most that theirs can be; what is owed and who held what on a day come from indexes."""

from django.db import migrations, models
from django.db.models.functions import Greatest

# From then on triggers do it.
_SUMMED = """
    INSERT INTO soon_customerrevenue (customer_id, currency, gained_micro, lost_micro)
    SELECT customer_id, currency,
           sum(CASE WHEN amount_micro > 0 THEN amount_micro ELSE 0 END),
           sum(CASE WHEN amount_micro < 0 THEN -amount_micro ELSE 0 END)
    FROM soon_movement GROUP BY customer_id, currency"""


def _drop_triggers(apps, schema_editor):
    # SQLite does not let go of a column that a trigger of another table names; they are made anew after all migrations.
    of_table = " ON soon_movement" if schema_editor.connection.vendor == "postgresql" else ""
    for event in ("insert", "delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS soon_customer_revenue_{event}{of_table}")


class Migration(migrations.Migration):
    dependencies = [
        ("soon", "0028_revenue_of_customers"),
    ]

    operations = [
        migrations.RunPython(_drop_triggers, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="customerrevenue", name="customer_revenue_by_amount"),
        migrations.RenameField(model_name="customerrevenue", old_name="mrr_micro", new_name="gained_micro"),
        migrations.AddField(model_name="customerrevenue", name="lost_micro", field=models.BigIntegerField(default=0), preserve_default=False),
        migrations.RunSQL(["DELETE FROM soon_customerrevenue", _SUMMED], migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="customerrevenue",
            index=models.Index(models.F("currency"), models.OrderBy(Greatest("gained_micro", "lost_micro"), descending=True), models.F("customer"), name="customer_revenue_by_most"),
        ),
        migrations.RemoveIndex(model_name="invoice", name="invoice_open_by_due"),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["due_on", "currency", "total_minor", "paid_minor"], name="invoice_owed_by_due", condition=models.Q(kind="invoice", paid_minor__lt=models.F("total_minor"))),
        ),
        migrations.RemoveIndex(model_name="movement", name="movement_by_cohort"),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["-order", "moved_on", "cohort_on"], name="movement_taken_up", condition=models.Q(orders=1)),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["order", "moved_on"], name="movement_left", condition=models.Q(orders=-1)),
        ),
    ]
