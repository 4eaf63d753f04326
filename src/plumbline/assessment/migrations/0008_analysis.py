"""What analysis and uncertainty keep."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0007_publicity")]

    operations: list[migrations.operations.base.Operation] = []
