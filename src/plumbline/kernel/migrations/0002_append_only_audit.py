"""The audit is append-only, whoever asks."""

from django.db import migrations

from plumbline.kernel.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [*append_only("kernel_auditentry")]
