"""Versions of schemes, snapshots, runs and results are append-only: the database itself refuses to change or drop a row."""

from django.db import migrations

from plumbline.kernel.triggers import append_only

TABLES = (
    "schemeversion", "snapshot", "run", "compositescore", "nodescore", "rulehit", "countedfact", "gradestep",
)  # fmt: skip


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("assessment", "0001_initial")]
    operations = [operation for table in TABLES for operation in append_only(f"assessment_{table}")]
