"""Customers are ranked by their revenue from an index alone, which takes the place of that of their key."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The new index begins with the customer, so that the old one has nothing left to do."""

    dependencies = [("soon", "0025_churn_from_an_index")]

    operations = [
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["customer", "moved_on", "currency", "amount_micro"], name="movement_by_customer"),
        ),
        migrations.AlterField(
            model_name="movement",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="movements",
                to="soon.customer",
            ),
        ),
    ]
