"""Drafts of schemes and the remarks on them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_round_states")]

    operations: list[migrations.operations.base.Operation] = []
