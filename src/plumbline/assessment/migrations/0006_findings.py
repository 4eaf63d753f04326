"""Teams, assignments, declared conflicts and findings of assessors."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from plumbline.kernel.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0005_round_life"),
        ("ledger", "0002_append_only"),
        ("organisation", "0003_slips_and_rosters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.CharField(blank=True, max_length=80, verbose_name="indicator")),
                ("criterion", models.CharField(blank=True, max_length=200, verbose_name="what was found")),
                ("detail", models.CharField(blank=True, max_length=200, verbose_name="level or choice")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="how often")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="in words")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("seen_at", models.DateTimeField(verbose_name="seen at")),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("author", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("recorded", "recorded"), ("withdrawn", "withdrawn")],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "fact",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.fact",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="assessment.round"
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
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="FindingAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=2000, verbose_name="answer")),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="assessment.finding"
                    ),
                ),
            ],
            options={
                "ordering": ("finding_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="FindingVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.CharField(blank=True, max_length=80, verbose_name="indicator")),
                ("criterion", models.CharField(blank=True, max_length=200, verbose_name="what was found")),
                ("detail", models.CharField(blank=True, max_length=200, verbose_name="level or choice")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="how often")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="in words")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("seen_at", models.DateTimeField(verbose_name="seen at")),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("withdrawn", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "fact",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.fact"),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="assessment.finding"
                    ),
                ),
            ],
            options={
                "ordering": ("finding_id", "number"),
            },
        ),
        migrations.CreateModel(
            name="InspectionPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(verbose_name="until")),
                (
                    "shown",
                    models.CharField(
                        choices=[
                            ("at_once", "as soon as they are recorded"),
                            ("scored", "once the round is scored"),
                            ("public", "once the result is published"),
                        ],
                        default="at_once",
                        max_length=8,
                        verbose_name="units read the findings about them",
                    ),
                ),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inspection_plan",
                        to="assessment.round",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name of the team")),
                (
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lead",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="members"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="teams", to="assessment.round"
                    ),
                ),
            ],
            options={
                "ordering": ("round_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(verbose_name="until")),
                ("by_hand", models.BooleanField(default=False)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=80)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="assessment.round"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="assessment.team"
                    ),
                ),
            ],
            options={
                "ordering": ("round_id", "from_on", "unit_id"),
            },
        ),
        migrations.CreateModel(
            name="ConflictDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("declared_at", models.DateTimeField()),
                ("declared_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("end_reason", models.CharField(blank=True, max_length=500, verbose_name="why it no longer holds")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("user", "unit"), name="conflict_declared_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="conflict_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), models.Q(("end_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="conflict_end_has_reason",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["round", "unit"], name="finding_by_unit"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["author", "state"], name="finding_by_author"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fact__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("fact__isnull", False)),
                    _connector="OR",
                ),
                name="finding_fact_unless_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="findinganswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="finding_answer_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="findingversion",
            constraint=models.UniqueConstraint(fields=("finding", "number"), name="finding_version_once"),
        ),
        migrations.AddConstraint(
            model_name="findingversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="finding_change_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))), name="plan_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(fields=("round", "name"), name="team_name_once_in_a_round"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(fields=("round", "unit"), name="assignment_once_for_a_unit"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))), name="assignment_days_in_order"
            ),
        ),
        *append_only("assessment_findingversion"),
        *append_only("assessment_findinganswer"),
    ]
