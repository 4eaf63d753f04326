"""Files that the level below passed up, and where each of their facts came from."""

import django.db.models.deletion
from django.db import migrations, models

from plumbline.kernel.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_append_only"),
        ("organisation", "0003_slips_and_rosters"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150, verbose_name="file")),
                ("content", models.BinaryField(null=True)),
                ("fingerprint", models.CharField(max_length=64, verbose_name="fingerprint")),
                ("header", models.JSONField()),
                ("mapping", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "being looked at"), ("done", "added")],
                        default="open",
                        max_length=4,
                        verbose_name="state",
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("created_by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "sender_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="passed up by",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="PassedFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender_unit_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=100)),
                ("line", models.PositiveIntegerField()),
                (
                    "fact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.fact"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="ledger.passedfile"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddIndex(
            model_name="passedfile",
            index=models.Index(fields=["sender_unit", "-id"], name="passed_by_sender"),
        ),
        migrations.AddConstraint(
            model_name="passedfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "done")),
                fields=("sender_unit", "fingerprint"),
                name="passed_same_file_once",
            ),
        ),
        migrations.AddIndex(
            model_name="passedfact",
            index=models.Index(fields=["sender_unit_id", "key", "id"], name="passed_by_key"),
        ),
        *append_only("ledger_passedfact"),
    ]
