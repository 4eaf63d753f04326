"""Triggers that make a table append-only, as operations of a migration.

The database refuses UPDATE, DELETE and TRUNCATE, whoever asks and by whichever way: a mistake in the code, the admin
pages, or ``psql`` with the application's role. What a row says later is said by a new row.
"""

from django.db.migrations.operations import RunSQL

_FUNCTION = """
CREATE OR REPLACE FUNCTION plumbline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the table % is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


def append_only(table: str) -> list[RunSQL]:
    """Return the operations that make ``table`` append-only; reversible. The function is shared by all such tables."""
    name = table.replace('"', "")
    rows = (
        f'CREATE TRIGGER "{name}_append_only" BEFORE UPDATE OR DELETE ON "{name}" '
        "FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_change();"
    )
    whole = (
        f'CREATE TRIGGER "{name}_no_truncate" BEFORE TRUNCATE ON "{name}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION plumbline_refuse_change();"
    )
    return [
        RunSQL(_FUNCTION, RunSQL.noop),
        RunSQL(rows, f'DROP TRIGGER "{name}_append_only" ON "{name}";'),
        RunSQL(whole, f'DROP TRIGGER "{name}_no_truncate" ON "{name}";'),
    ]
