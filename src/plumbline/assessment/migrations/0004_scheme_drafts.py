"""Drafts of schemes and the remarks on them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from plumbline.kernel.triggers import append_only

TABLES = ("draftstep", "draftremark")


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_round_states")]

    operations = [
        migrations.CreateModel(
            name="SchemeDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("document", models.JSONField()),
                ("revision", models.PositiveIntegerField(default=0)),
                ("is_discarded", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=80)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=80)),
                (
                    "base",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.schemeversion",
                    ),
                ),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="committee",
                    ),
                ),
                (
                    "issued",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.schemeversion",
                    ),
                ),
            ],
            options={"ordering": ("-changed_at", "-id")},
        ),
        migrations.CreateModel(
            name="DraftRemark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.PositiveIntegerField(blank=True, null=True)),
                ("text", models.CharField(max_length=2000, verbose_name="remark")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="assessment.schemedraft",
                    ),
                ),
            ],
            options={"ordering": ("draft_id", "id")},
        ),
        migrations.CreateModel(
            name="DraftStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("what", models.CharField(max_length=20)),
                (
                    "touches",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("before", models.JSONField()),
                ("state", models.PositiveIntegerField()),
                ("upon", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="assessment.schemedraft",
                    ),
                ),
            ],
            options={
                "ordering": ("draft_id", "-revision"),
                "constraints": [models.UniqueConstraint(fields=("draft", "revision"), name="draft_step_revision_once")],
            },
        ),
        *(operation for table in TABLES for operation in append_only(f"assessment_{table}")),
    ]
