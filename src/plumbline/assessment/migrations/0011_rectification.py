"""The rectification lists and targets of the next year."""

from django.db import migrations


class Migration(migrations.Migration):
    """Makes room for them."""

    dependencies = [("assessment", "0010_third_number")]
    operations: list[migrations.operations.base.Operation] = []
