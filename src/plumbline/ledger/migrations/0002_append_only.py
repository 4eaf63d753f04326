"""Facts and the outbox are append-only: the database itself refuses to change or drop a row."""

from django.db import migrations

from plumbline.kernel.triggers import append_only


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("ledger", "0001_initial")]
    operations = [*append_only("ledger_fact"), *append_only("ledger_outboxentry")]
