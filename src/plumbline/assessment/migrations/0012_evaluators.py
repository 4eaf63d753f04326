"""Classes with their own weights, and groups of evaluators."""

from django.db import migrations


class Migration(migrations.Migration):
    """Makes room for them."""

    dependencies = [("assessment", "0011_rectification")]
    operations: list[migrations.operations.base.Operation] = []
