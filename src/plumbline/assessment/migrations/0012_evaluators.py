"""What units see of themselves before the publication, and groups of evaluators."""

import django.db.models.deletion
from django.db import migrations, models

FINAL = """
CREATE TRIGGER assessment_evaluatorgroup_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_evaluatorgroup
    FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_final();
CREATE TRIGGER assessment_groupsize_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_groupsize
    FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_final();
"""
OPEN = """
DROP TRIGGER assessment_evaluatorgroup_final ON assessment_evaluatorgroup;
DROP TRIGGER assessment_groupsize_final ON assessment_groupsize;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0011_rectification"),
        ("organisation", "0003_slips_and_rosters"),
    ]
    operations = [
        migrations.AddField(
            model_name="round",
            name="own_provisional",
            field=models.BooleanField(default=True, verbose_name="units see their own provisional score"),
        ),
        migrations.CreateModel(
            name="EvaluatorGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(max_length=100, verbose_name="evaluator group")),
                ("asked", models.PositiveIntegerField(blank=True, null=True, verbose_name="asked")),
                ("least_turnout", models.PositiveSmallIntegerField(default=5000, verbose_name="least turnout")),
                ("least_answers", models.PositiveIntegerField(default=5, verbose_name="least answers")),
                ("round", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="evaluator_groups", to="assessment.round")),
            ],
            options={
                "ordering": ("round_id", "group"),
                "constraints": [models.UniqueConstraint(fields=("round", "group"), name="evaluator_group_once"), models.CheckConstraint(condition=models.Q(("least_turnout__lte", 10000)), name="evaluator_turnout_share")],
            },
        ),
        migrations.CreateModel(
            name="GroupSize",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(max_length=100, verbose_name="evaluator group")),
                ("asked", models.PositiveIntegerField(verbose_name="asked")),
                ("round", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="group_sizes", to="assessment.round")),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit")),
            ],
            options={
                "ordering": ("round_id", "group", "unit_id"),
                "constraints": [models.UniqueConstraint(fields=("round", "group", "unit"), name="group_size_once")],
            },
        ),
        migrations.RunSQL(FINAL, OPEN),
    ]
