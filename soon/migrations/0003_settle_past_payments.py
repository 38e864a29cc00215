"""Payments of the first version paid exactly their invoice: each becomes one settlement."""

from django.db import migrations

USED = "UPDATE soon_payment SET used_minor = amount_minor"
SETTLED = """
    INSERT INTO soon_settlement (customer_id, invoice_id, payment_id, amount_minor, settled_on, at)
    SELECT customer_id, invoice_id, id, amount_minor, paid_on, registered_at FROM soon_payment"""


class Migration(migrations.Migration):
    dependencies = [("soon", "0002_billing_engine")]

    operations = [
        migrations.RunSQL(USED, migrations.RunSQL.noop),
        migrations.RunSQL(SETTLED, "DELETE FROM soon_settlement"),
    ]
