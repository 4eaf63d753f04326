"""Phases of a round and self-reports of its units."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0004_scheme_drafts"), ("organisation", "0003_slips_and_rosters")]

    operations = [
        migrations.CreateModel(
            name="SelfReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("withdrawn", "withdrawn"),
                            ("returned", "returned"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("late", models.BooleanField(default=False, verbose_name="late")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_by", models.CharField(blank=True, max_length=80)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="self_reports", to="assessment.round"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "ordering": ("round_id", "unit_id"),
            },
        ),
        migrations.CreateModel(
            name="SelfEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.CharField(max_length=80, verbose_name="indicator")),
                ("points", models.BigIntegerField(blank=True, null=True, verbose_name="points")),
                ("words", models.TextField(verbose_name="what was done")),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.CharField(max_length=80)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="assessment.selfreport"
                    ),
                ),
            ],
            options={
                "ordering": ("report_id", "node"),
            },
        ),
        migrations.CreateModel(
            name="Phase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("self_report", "self-report"),
                            ("inspection", "inspection"),
                            ("verification", "verification"),
                            ("review", "review"),
                            ("other", "another phase"),
                        ],
                        max_length=12,
                        verbose_name="phase",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("from_on", models.DateField(verbose_name="first day")),
                ("until_on", models.DateField(verbose_name="last day")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phases", to="assessment.round"
                    ),
                ),
            ],
            options={
                "ordering": ("round_id", "from_on", "until_on", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "other"), _negated=True),
                        fields=("round", "kind"),
                        name="phase_kind_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))), name="phase_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "other"), _negated=True),
                            models.Q(("title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="phase_other_has_title",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="selfreport",
            constraint=models.UniqueConstraint(fields=("round", "unit"), name="self_report_once"),
        ),
        migrations.AddConstraint(
            model_name="selfreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "submitted"), _negated=True), ("submitted_at__isnull", False), _connector="OR"
                ),
                name="self_report_submitted_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["withdrawn", "returned"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="self_report_back_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfentry",
            constraint=models.UniqueConstraint(fields=("report", "node"), name="self_entry_once"),
        ),
        migrations.AddConstraint(
            model_name="selfentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="self_entry_has_words"
            ),
        ),
    ]
