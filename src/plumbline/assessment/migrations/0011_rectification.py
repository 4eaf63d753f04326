"""The rectification lists and targets of the next year."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0010_third_number"),
        ("organisation", "0003_slips_and_rosters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RectificationItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.CharField(blank=True, max_length=80, verbose_name="indicator")),
                ("rule", models.CharField(blank=True, max_length=100)),
                ("of_grade", models.BooleanField(default=False)),
                ("lost", models.BigIntegerField(default=0, verbose_name="points lost")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drawn", "to be confirmed"),
                            ("dismissed", "dismissed"),
                            ("open", "to be mended"),
                            ("done", "reported as mended"),
                            ("verified", "verified"),
                            ("carried", "carried over"),
                        ],
                        default="drawn",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("owner_post", models.CharField(blank=True, max_length=100, verbose_name="post of the owner")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="to be mended by")),
                ("measure", models.TextField(blank=True, verbose_name="how it will be mended")),
                ("report", models.TextField(blank=True, verbose_name="what was done")),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                ("reported_by", models.CharField(blank=True, max_length=80)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("verified_by", models.CharField(blank=True, max_length=80)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("drawn_at", models.DateTimeField()),
                (
                    "carried_from",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="assessment.rectificationitem",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rectification", to="assessment.round"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessment.run"
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
                "ordering": ("round_id", "unit_id", "id"),
                "indexes": [
                    models.Index(fields=["round", "state", "due_on"], name="item_by_state"),
                    models.Index(fields=["owner", "state"], name="item_by_owner"),
                    models.Index(fields=["unit", "state"], name="item_by_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("carried_from", None)),
                        fields=("round", "unit", "node", "rule"),
                        name="item_drawn_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["open", "done", "verified"]), _negated=True),
                            ("due_on__isnull", False),
                            _connector="OR",
                        ),
                        name="item_under_way_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["dismissed", "carried"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="item_set_aside_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.CharField(max_length=80, verbose_name="indicator")),
                ("suggested", models.BigIntegerField(verbose_name="suggested")),
                ("value", models.BigIntegerField(verbose_name="target")),
                ("basis", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_by", models.CharField(blank=True, max_length=80)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="assessment.round"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessment.run"
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
                "ordering": ("round_id", "unit_id", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("round", "unit", "node"), name="target_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value", models.F("suggested")), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="changed_target_has_reason",
                    ),
                ],
            },
        ),
    ]
