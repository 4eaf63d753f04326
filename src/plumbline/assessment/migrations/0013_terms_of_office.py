"""Rounds that assess holders of posts may take facts from their units (decision record 0086)."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds which kinds of facts a round takes from the units of those who hold the posts."""

    dependencies = [("assessment", "0012_evaluators"), ("organisation", "0004_assessed_terms")]

    operations = [
        migrations.AddField(
            model_name="round",
            name="home_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, default=list, size=None,
                verbose_name="kinds of facts taken from the unit",
            ),
        ),
    ]  # fmt: skip
