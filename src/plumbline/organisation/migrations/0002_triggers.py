"""What constraints cannot say: terms within the seats of a post, and a tree without circles.

Both are deferrable, so that an import may pass through states that it mends in the same transaction.
"""

from django.db import migrations

TERMS = """
CREATE FUNCTION organisation_terms_within_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seats_of_post integer;
    crowded date;
BEGIN
    SELECT seats INTO seats_of_post FROM organisation_post WHERE id = NEW.post_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM organisation_appointment other
        WHERE other.post_id = NEW.post_id AND other.member_id = NEW.member_id AND other.id <> NEW.id
          AND daterange(other.starts_on, other.ends_on) && daterange(NEW.starts_on, NEW.ends_on)
    ) THEN
        RAISE EXCEPTION 'the member already holds this post on some of these days'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'appointment_same_member_twice';
    END IF;
    SELECT day INTO crowded FROM (
        SELECT starts_on AS day FROM organisation_appointment
        WHERE post_id = NEW.post_id AND daterange(NEW.starts_on, NEW.ends_on) @> starts_on
        UNION SELECT NEW.starts_on
    ) days
    WHERE (SELECT count(*) FROM organisation_appointment held
           WHERE held.post_id = NEW.post_id AND daterange(held.starts_on, held.ends_on) @> days.day) > seats_of_post
    ORDER BY day LIMIT 1;
    IF crowded IS NOT NULL THEN
        RAISE EXCEPTION 'more terms than seats on %', crowded
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'appointment_within_seats';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER appointment_within_seats
AFTER INSERT OR UPDATE OF post_id, member_id, starts_on, ends_on ON organisation_appointment
DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION organisation_terms_within_seats();
"""
TERMS_AWAY = """
DROP TRIGGER appointment_within_seats ON organisation_appointment;
DROP FUNCTION organisation_terms_within_seats();
"""

TREE = """
CREATE FUNCTION organisation_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT id, parent_id FROM organisation_unit WHERE id = NEW.parent_id
            UNION SELECT unit.id, unit.parent_id FROM organisation_unit unit JOIN above ON unit.id = above.parent_id
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'the unit would lead itself' USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_no_circle';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER unit_no_circle AFTER INSERT OR UPDATE OF parent_id ON organisation_unit
DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)
EXECUTE FUNCTION organisation_no_circle();
"""
TREE_AWAY = """
DROP TRIGGER unit_no_circle ON organisation_unit;
DROP FUNCTION organisation_no_circle();
"""


class Migration(migrations.Migration):
    """Adds the two triggers."""

    dependencies = [("organisation", "0001_initial")]

    operations = [migrations.RunSQL(TERMS, TERMS_AWAY), migrations.RunSQL(TREE, TREE_AWAY)]
