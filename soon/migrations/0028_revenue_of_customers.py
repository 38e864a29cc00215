"""What each customer brings a month is kept beside the movements (models/customer_revenue.py)."""

import django.db.models.deletion
from django.db import migrations, models

# From then on triggers do it.
_SUMMED = """
    INSERT INTO soon_customerrevenue (customer_id, currency, mrr_micro)
    SELECT customer_id, currency, sum(amount_micro) FROM soon_movement GROUP BY customer_id, currency"""


class Migration(migrations.Migration):
    dependencies = [
        ("soon", "0027_contents_of_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerRevenue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("mrr_micro", models.BigIntegerField()),
                ("customer", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="revenues", to="soon.customer")),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(models.F("currency"), models.OrderBy(models.F("mrr_micro"), descending=True), models.F("customer"), name="customer_revenue_by_amount")],
                "constraints": [models.UniqueConstraint(fields=("customer", "currency"), name="customer_revenue_once_a_currency")],
            },
        ),
        migrations.RunSQL(_SUMMED, migrations.RunSQL.noop),
    ]
