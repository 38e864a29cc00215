import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_COPIED = """
    UPDATE soon_closure SET (currency, plan_id, product_id, salesperson_id, tenure_months) = (
        SELECT sold.currency, sold.plan_id,
            (SELECT line.product_id FROM soon_orderline line WHERE line.order_id = sold.id AND line.is_recurring
                ORDER BY line.net_minor DESC, line.position, line.id LIMIT 1),
            sold.salesperson_id, coalesce({months}, 0)
        FROM soon_order sold WHERE sold.id = soon_closure.order_id)"""
_MONTHS = {
    "postgresql": """
        (extract(year FROM effective_on) - extract(year FROM sold.start_on)) * 12
        + extract(month FROM effective_on) - extract(month FROM sold.start_on)
        - (extract(day FROM effective_on) < least(extract(day FROM sold.start_on),
            extract(day FROM date_trunc('month', effective_on::timestamp) + interval '1 month - 1 day')))::int""",
    "sqlite": """
        (strftime('%Y', effective_on) - strftime('%Y', sold.start_on)) * 12
        + strftime('%m', effective_on) - strftime('%m', sold.start_on)
        - (CAST(strftime('%d', effective_on) AS integer) < min(CAST(strftime('%d', sold.start_on) AS integer),
            CAST(strftime('%d', effective_on, 'start of month', '+1 month', '-1 day') AS integer)))""",
}


def copy_to_closures_that_are_there(apps, schema_editor):
    """From then on triggers do it (models/closure_facts.py)."""
    # Without parameters the signs of percent stand for themselves.
    schema_editor.connection.cursor().execute(_COPIED.format(months=_MONTHS[schema_editor.connection.vendor]), None)


def _copied_from_the_order(model, name):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name='+',
        to=model,
        verbose_name=name,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('soon', '0019_changes_and_offers'),
    ]

    operations = [
        migrations.AddField(
            model_name='closure',
            name='currency',
            field=models.CharField(db_default='', default='', editable=False, max_length=3),
        ),
        migrations.AddField(
            model_name='closure', name='plan', field=_copied_from_the_order('soon.plan', 'recurring plan')
        ),
        migrations.AddField(
            model_name='closure', name='product', field=_copied_from_the_order('soon.product', 'product')
        ),
        migrations.AddField(
            model_name='closure',
            name='salesperson',
            field=_copied_from_the_order(settings.AUTH_USER_MODEL, 'salesperson'),
        ),
        migrations.AddField(
            model_name='closure',
            name='tenure_months',
            field=models.SmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunPython(copy_to_closures_that_are_there, migrations.RunPython.noop),
    ]
