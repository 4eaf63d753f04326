"""Versions of procedures and events of cases are append-only: the database itself refuses to change or drop a row."""

from django.db import migrations

from plumbline.kernel.triggers import append_only


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("procedure", "0001_procedures")]
    operations = [
        operation
        for table in ("procedure_procedureversion", "procedure_stepevent")
        for operation in append_only(table)
    ]
