"""A kept view of a list or report can be shared with all staff."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more field; views kept until now stay their owners' alone."""

    dependencies = [("soon", "0023_retention_tally")]

    operations = [
        migrations.AddField(
            model_name="savedview",
            name="is_shared",
            field=models.BooleanField(db_default=False, default=False, verbose_name="for all colleagues"),
        ),
    ]
