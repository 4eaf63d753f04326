"""Light rules as rows, and an index that finds what was done on a day."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds the versions of the light rule, and an index over the days on which obligations were met."""

    dependencies = [("obligation", "0003_slips")]

    operations = [
        migrations.CreateModel(
            name="LightRuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("starts_on", models.DateField(unique=True, verbose_name="in force from")),
                ("document", models.JSONField()),
                ("basis", models.CharField(blank=True, max_length=300, verbose_name="basis")),
                ("recorded_by", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={"ordering": ("-starts_on",)},
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["met_on"], name="obligation_met", condition=Q(met_on__isnull=False)),
        ),
    ]
