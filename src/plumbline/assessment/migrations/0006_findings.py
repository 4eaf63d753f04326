"""Teams, assignments and findings of assessors."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0005_round_life")]

    operations: list[migrations.operations.base.Operation] = []
