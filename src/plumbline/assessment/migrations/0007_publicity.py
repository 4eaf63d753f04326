"""Notices, objections and answers; and a round that is final is read-only for ever."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from plumbline.kernel.triggers import append_only

TABLES = ("notice", "amendment", "objection", "objectionanswer")

FINAL = """
CREATE OR REPLACE FUNCTION plumbline_refuse_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about bigint;
BEGIN
    IF TG_TABLE_NAME = 'assessment_round' THEN
        about := OLD.id;
    ELSIF TG_OP = 'INSERT' THEN
        about := NEW.round_id;
    ELSE
        about := OLD.round_id;
    END IF;
    IF EXISTS (SELECT 1 FROM assessment_round WHERE id = about AND state = 'final') THEN
        RAISE EXCEPTION 'round % is final: % on % is refused', about, TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER assessment_round_final BEFORE UPDATE OR DELETE ON assessment_round
    FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_final();
CREATE TRIGGER assessment_roundunit_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_roundunit
    FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_final();
CREATE TRIGGER assessment_inapplicable_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_inapplicable
    FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_final();
CREATE TRIGGER assessment_snapshot_final BEFORE INSERT ON assessment_snapshot
    FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_final();
CREATE TRIGGER assessment_notice_final BEFORE INSERT ON assessment_notice
    FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_final();
"""
OPEN = """
DROP TRIGGER assessment_round_final ON assessment_round;
DROP TRIGGER assessment_roundunit_final ON assessment_roundunit;
DROP TRIGGER assessment_inapplicable_final ON assessment_inapplicable;
DROP TRIGGER assessment_snapshot_final ON assessment_snapshot;
DROP TRIGGER assessment_notice_final ON assessment_notice;
DROP FUNCTION plumbline_refuse_final();
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0006_findings"), ("organisation", "0003_slips_and_rosters")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("days", models.PositiveSmallIntegerField(verbose_name="working days of the notice")),
                ("answer_days", models.PositiveSmallIntegerField(verbose_name="working days for an answer")),
                ("until_on", models.DateField(verbose_name="last day to object")),
                ("words", models.TextField(blank=True, verbose_name="words of the notice")),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=80)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="assessment.round"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessment.run"
                    ),
                ),
            ],
            options={
                "ordering": ("round_id", "-number"),
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="amendment", to="assessment.notice"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.CharField(blank=True, max_length=80, verbose_name="indicator")),
                ("words", models.TextField(verbose_name="what is wrong, and why")),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "late_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="why it is taken after its time"),
                ),
                ("due_on", models.DateField(verbose_name="to be answered by")),
                ("raised_at", models.DateTimeField()),
                ("raised_by", models.CharField(max_length=80)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="assessment.notice"
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
            name="ObjectionAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("upheld", "upheld"),
                            ("partly", "partly upheld"),
                            ("rejected", "rejected"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=9,
                        verbose_name="outcome",
                    ),
                ),
                ("words", models.TextField(verbose_name="reasons")),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "objection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="assessment.objection"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("round", "number"), name="notice_number_once"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("run",), name="run_published_once"),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="amendment_has_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["notice", "unit"], name="objection_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="objection_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="objectionanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="objection_answer_has_words"
            ),
        ),
        *(operation for table in TABLES for operation in append_only(f"assessment_{table}")),
        migrations.RunSQL(FINAL, OPEN),
    ]
