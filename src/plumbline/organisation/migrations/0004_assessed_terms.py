"""Terms of office that are assessed, as units; the database keeps their names and days."""

import django.db.models.deletion
from django.db import migrations, models

NAMES = """
CREATE FUNCTION organisation_describe_terms(terms bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE organisation_unit described
    SET name = left(told.person || ' · ' || told.post || ' · ' || told.unit_name, 200),
        short_name = left(told.person || ' · ' || told.post, 80),
        founded_on = told.starts_on,
        closed_on = told.ends_on
    FROM (
        SELECT term.unit_id, coalesce(nullif(member.name, ''), member.number) AS person, post.title AS post,
               coalesce(nullif(home.short_name, ''), home.name) AS unit_name, held.starts_on, held.ends_on
        FROM organisation_assessedterm term
        JOIN organisation_appointment held ON held.id = term.appointment_id
        JOIN organisation_member member ON member.id = held.member_id
        JOIN organisation_post post ON post.id = held.post_id
        JOIN organisation_unit home ON home.id = post.unit_id
        WHERE term.unit_id = ANY (terms)
    ) told
    WHERE described.id = told.unit_id
$$;
CREATE FUNCTION organisation_terms_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM organisation_describe_terms(array(
        SELECT term.unit_id FROM organisation_assessedterm term
        JOIN organisation_appointment held ON held.id = term.appointment_id
        JOIN organisation_post post ON post.id = held.post_id
        WHERE CASE TG_TABLE_NAME
            WHEN 'organisation_member' THEN held.member_id = NEW.id
            WHEN 'organisation_post' THEN post.id = NEW.id
            WHEN 'organisation_unit' THEN post.unit_id = NEW.id
            ELSE held.id = NEW.id
        END
    ));
    RETURN NULL;
END
$$;
CREATE FUNCTION organisation_term_described() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM organisation_describe_terms(array[NEW.unit_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER term_described AFTER INSERT ON organisation_assessedterm
FOR EACH ROW EXECUTE FUNCTION organisation_term_described();
CREATE TRIGGER terms_follow_member AFTER UPDATE ON organisation_member
FOR EACH ROW WHEN (OLD.name <> NEW.name OR OLD.number <> NEW.number) EXECUTE FUNCTION organisation_terms_follow();
CREATE TRIGGER terms_follow_post AFTER UPDATE ON organisation_post
FOR EACH ROW WHEN (OLD.title <> NEW.title) EXECUTE FUNCTION organisation_terms_follow();
CREATE TRIGGER terms_follow_unit AFTER UPDATE ON organisation_unit
FOR EACH ROW WHEN (NEW.category <> 'term' AND (OLD.name <> NEW.name OR OLD.short_name <> NEW.short_name))
EXECUTE FUNCTION organisation_terms_follow();
CREATE TRIGGER terms_follow_appointment AFTER UPDATE ON organisation_appointment
FOR EACH ROW WHEN (OLD.starts_on <> NEW.starts_on OR OLD.ends_on IS DISTINCT FROM NEW.ends_on)
EXECUTE FUNCTION organisation_terms_follow();
"""
NAMES_AWAY = """
DROP TRIGGER terms_follow_appointment ON organisation_appointment;
DROP TRIGGER terms_follow_unit ON organisation_unit;
DROP TRIGGER terms_follow_post ON organisation_post;
DROP TRIGGER terms_follow_member ON organisation_member;
DROP TRIGGER term_described ON organisation_assessedterm;
DROP FUNCTION organisation_term_described();
DROP FUNCTION organisation_terms_follow();
DROP FUNCTION organisation_describe_terms(bigint[]);
"""


class Migration(migrations.Migration):
    """Adds the table, and the triggers that keep name and days of a term as member, post, unit and appointment have them."""

    dependencies = [("organisation", "0003_slips_and_rosters")]

    operations = [
        migrations.AlterField(
            model_name="unit",
            name="category",
            field=models.CharField(
                choices=[
                    ("organisation", "organisation"),
                    ("department", "department"),
                    ("term", "term of office"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="AssessedTerm",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True,
                        related_name="as_term", serialize=False, to="organisation.unit",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessed",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "led_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "led_by"), name="term_assessed_once_by_each")
                ],
            },
            bases=("organisation.unit",),
        ),
        migrations.RunSQL(NAMES, NAMES_AWAY),
    ]  # fmt: skip
