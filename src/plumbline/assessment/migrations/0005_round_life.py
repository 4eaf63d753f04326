"""Phases, self-reports, judgements and evaluator groups of a round."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0004_scheme_drafts")]

    operations: list[migrations.operations.base.Operation] = []
