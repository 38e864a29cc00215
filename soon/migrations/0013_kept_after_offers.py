"""Whether an accepted offer kept the customer is measured 90 days later, and stays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("soon", "0012_closing_defaults")]

    operations = [
        migrations.AddField(
            model_name="closevisit", name="mrr_before_micro", field=models.BigIntegerField(editable=False, null=True)
        ),
        migrations.AddField(model_name="closevisit", name="is_kept", field=models.BooleanField(editable=False, null=True)),
        migrations.AddIndex(
            model_name="closevisit",
            index=models.Index(
                condition=models.Q(("is_kept__isnull", True), ("outcome", "accepted")),
                fields=["decided_at"],
                name="close_visit_to_measure",
            ),
        ),
    ]
