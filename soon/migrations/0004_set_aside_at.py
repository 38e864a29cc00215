from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('soon', '0003_settle_past_payments'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='setaside',
            options={
                'ordering': ['set_aside_at', 'pk'],
                'verbose_name': 'set-aside subscription',
                'verbose_name_plural': 'set-aside subscriptions',
            },
        ),
        migrations.RenameField(model_name='setaside', old_name='since', new_name='set_aside_at'),
    ]
