"""An index by which the days of the log are found."""


import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_log'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='logentry',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['logged_at'], name='log_entry_logged'),
        ),
    ]
