"""Closings of earlier versions took effect at once and moved no money."""

from django.db import migrations

TOOK_EFFECT = """
    UPDATE soon_closure SET took_effect_at = submitted_at, credit_policy = 'none'
    WHERE id IN (SELECT closure_id FROM soon_order WHERE state = 'churned')"""


class Migration(migrations.Migration):
    dependencies = [("soon", "0010_closing")]

    operations = [migrations.RunSQL(TOOK_EFFECT, migrations.RunSQL.noop)]
