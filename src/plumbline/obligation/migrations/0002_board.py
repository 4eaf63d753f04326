"""The tally of the board of lights, kept by triggers in the statement that changes obligations."""

import django.db.models.deletion
from django.db import migrations, models

KEYED = """
    SELECT o.unit_id, o.area, 
        CASE WHEN o.period = '' THEN 'once' WHEN o.period LIKE '____' THEN 'year' WHEN o.period LIKE '____-Q_' THEN 'quarter'
            WHEN o.period LIKE '____-H_' THEN 'half_year' WHEN o.period LIKE '____-__' THEN 'month' ELSE 'term' END AS period,
        o.starts_on, o.warn_on, o.due_on, o.grace_on,
        CASE WHEN o.waived_at IS NOT NULL THEN 5 WHEN o.met_on IS NULL THEN 0
            ELSE CASE WHEN o.complete THEN 1 ELSE 3 END + CASE WHEN o.met_on > o.grace_on THEN 1 ELSE 0 END END AS state,
        {sign} AS one
    FROM {rows} AS o
"""
# Rows are taken in the order of the key, so that two transactions never wait for each other in a circle.
ADD = """
    INSERT INTO obligation_tally (unit_id, area, period, starts_on, warn_on, due_on, grace_on, state, number)
    SELECT unit_id, area, period, starts_on, warn_on, due_on, grace_on, state, sum(one)
    FROM ({keyed}) AS k
    GROUP BY unit_id, area, period, starts_on, warn_on, due_on, grace_on, state
    HAVING sum(one) <> 0
    ORDER BY unit_id, due_on, area, period, starts_on, warn_on, grace_on, state
    ON CONFLICT (unit_id, due_on, area, period, starts_on, warn_on, grace_on, state)
    DO UPDATE SET number = obligation_tally.number + excluded.number
"""
ADDED = KEYED.format(sign="1", rows="added")
REMOVED = KEYED.format(sign="-1", rows="removed")
FUNCTIONS = {
    "insert": (ADDED, "REFERENCING NEW TABLE AS added"),
    "delete": (REMOVED, "REFERENCING OLD TABLE AS removed"),
    "update": (f"{ADDED} UNION ALL {REMOVED}", "REFERENCING OLD TABLE AS removed NEW TABLE AS added"),
}


def kept() -> list[migrations.RunSQL]:
    """Return the operations that fill the tally and keep it."""
    made = [migrations.RunSQL(ADD.format(keyed=KEYED.format(sign="1", rows="obligation_obligation")), migrations.RunSQL.noop)]
    for event, (keyed, tables) in FUNCTIONS.items():
        name = f"obligation_tally_{event}"
        made.append(
            migrations.RunSQL(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ADD.format(keyed=keyed)}; "
                f"RETURN NULL; END $$; CREATE TRIGGER {name} AFTER {event.upper()} ON obligation_obligation {tables} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}();",
                f"DROP TRIGGER {name} ON obligation_obligation; DROP FUNCTION {name}();",
            )
        )
    return made


class Migration(migrations.Migration):
    dependencies = [("obligation", "0001_rhythms"), ("organisation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area", models.CharField(max_length=40)),
                ("period", models.CharField(max_length=10)),
                ("starts_on", models.DateField()),
                ("warn_on", models.DateField()),
                ("due_on", models.DateField()),
                ("grace_on", models.DateField()),
                ("state", models.PositiveSmallIntegerField()),
                ("number", models.IntegerField()),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                        related_name="+", to="organisation.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "due_on", "area", "period", "starts_on", "warn_on", "grace_on", "state"),
                        name="obligation_tally_once",
                    )
                ],
            },
        ),
        *kept(),
    ]
