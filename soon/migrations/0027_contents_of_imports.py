"""What an uploaded file is of: subscriptions, customers, products or plans."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("soon", "0026_ranking_of_customers")]

    operations = [
        migrations.AddField(
            model_name="dataimport",
            name="kind",
            field=models.CharField(
                choices=[
                    ("subscriptions", "Subscriptions, with customers, products and plans"),
                    ("customers", "Customers"),
                    ("products", "Products"),
                    ("plans", "Recurring plans"),
                ],
                default="subscriptions",
                max_length=13,
                verbose_name="contents",
            ),
        ),
    ]
