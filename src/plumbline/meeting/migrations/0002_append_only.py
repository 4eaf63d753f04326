"""Filed versions of minutes are append-only: the database itself refuses to change or drop one."""

from django.db import migrations

from plumbline.kernel.triggers import append_only


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("meeting", "0001_initial")]
    operations = append_only("meeting_filedversion")
