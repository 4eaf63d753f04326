"""The holidays and made-up days that ``chinese-calendar`` knows; the office edits them from then on."""

from django.db import migrations

import plumbline.kernel.shipped_days as shipped


def seed(apps, schema_editor):
    CalendarDay = apps.get_model("kernel", "CalendarDay")
    CalendarDay.objects.bulk_create(CalendarDay(on=on, kind=kind, name=name) for on, kind, name in shipped.shipped_days())


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only_audit")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
