"""Wide tables of measures, for the analysis of performance."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds them."""

    dependencies = [("assessment", "0007_publicity"), ("organisation", "0003_slips_and_rosters")]

    operations = [
        migrations.CreateModel(
            name="WideTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("document", models.JSONField()),
                ("document_hash", models.CharField(max_length=64)),
                ("imported_by", models.CharField(max_length=80)),
                ("imported_at", models.DateTimeField()),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(fields=("committee", "document_hash"), name="wide_table_once")
                ],
            },
        ),
    ]
