"""Shipments between levels."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0008_analysis")]

    operations: list[migrations.operations.base.Operation] = []
