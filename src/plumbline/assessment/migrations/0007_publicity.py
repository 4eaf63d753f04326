"""Notices, objections, answers and the archive of a round; rectification."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0006_findings")]

    operations: list[migrations.operations.base.Operation] = []
