"""The statements by which a plan becomes rows: what is wanted stands in a temporary table, and goes over batch by batch.

Their values are ``rhythm``, ``title``, ``urls`` and ``reasons`` (JSON objects), ``at``, ``today``, ``first`` (is it planned
for the first time), ``year`` (the beginning of its periods' codes), ``low`` and ``high`` (the batch).
"""

from typing import Final

TABLE: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS obligation_wanted (
        number bigint, key text, unit_id bigint, member_id bigint, version_id bigint, period text, starts_on date,
        until_on date, warn_on date, due_on date, grace_on date, needed bigint, exempt text, met_on date
    );
    CREATE INDEX IF NOT EXISTS obligation_wanted_key ON obligation_wanted (key)
"""
ADD: Final = """
    INSERT INTO obligation_obligation (
        key, unit_id, member_id, rhythm_id, version_id, area, period, title, url, starts_on, until_on, warn_on, due_on,
        grace_on, needed, met_on, complete, waived_at, waived_by, waived_reason
    )
    SELECT key, unit_id, member_id, %(rhythm)s, version_id, 'obligation', period, %(title)s,
        replace(COALESCE(%(urls)s::jsonb ->> version_id::text, ''), '{unit}', unit_id::text),
        starts_on, until_on, warn_on, due_on, grace_on, needed, met_on, true,
        CASE WHEN exempt <> '' THEN %(at)s END, CASE WHEN exempt <> '' THEN 'rule' ELSE '' END,
        COALESCE(%(reasons)s::jsonb ->> exempt, exempt)
    FROM obligation_wanted
    WHERE number >= %(low)s AND number < %(high)s AND (%(first)s OR due_on >= %(today)s OR met_on IS NOT NULL)
    ORDER BY number ON CONFLICT (key) DO NOTHING RETURNING id
"""
MOVED: Final = """
    SELECT owed.period, owed.due_on, wanted.due_on, count(*)
    FROM obligation_obligation owed JOIN obligation_wanted wanted ON owed.key = wanted.key
    WHERE number >= %(low)s AND number < %(high)s AND owed.due_on >= %(today)s AND wanted.due_on >= %(today)s
        AND owed.due_on <> wanted.due_on
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
CHANGE: Final = """
    UPDATE obligation_obligation owed SET unit_id = wanted.unit_id, version_id = wanted.version_id,
        starts_on = wanted.starts_on, until_on = wanted.until_on, warn_on = wanted.warn_on, due_on = wanted.due_on,
        grace_on = wanted.grace_on, needed = wanted.needed, title = %(title)s,
        url = replace(COALESCE(%(urls)s::jsonb ->> wanted.version_id::text, ''), '{unit}', wanted.unit_id::text)
    FROM obligation_wanted wanted
    WHERE owed.key = wanted.key AND number >= %(low)s AND number < %(high)s
        AND owed.due_on >= %(today)s AND wanted.due_on >= %(today)s
        AND (owed.unit_id, owed.version_id, owed.starts_on, owed.until_on, owed.warn_on, owed.due_on, owed.grace_on,
             owed.needed, owed.title, owed.url) IS DISTINCT FROM
            (wanted.unit_id, wanted.version_id, wanted.starts_on, wanted.until_on, wanted.warn_on, wanted.due_on,
             wanted.grace_on, wanted.needed, %(title)s,
             replace(COALESCE(%(urls)s::jsonb ->> wanted.version_id::text, ''), '{unit}', wanted.unit_id::text))
    RETURNING owed.id
"""
EXEMPT: Final = """
    UPDATE obligation_obligation owed SET
        waived_at = CASE WHEN wanted.exempt <> '' THEN %(at)s END,
        waived_by = CASE WHEN wanted.exempt <> '' THEN 'rule' ELSE '' END,
        waived_reason = COALESCE(%(reasons)s::jsonb ->> wanted.exempt, wanted.exempt)
    FROM obligation_wanted wanted
    WHERE owed.key = wanted.key AND number >= %(low)s AND number < %(high)s
        AND owed.due_on >= %(today)s AND wanted.due_on >= %(today)s
        AND owed.waived_by IN ('', 'rule') AND (owed.waived_at IS NOT NULL) <> (wanted.exempt <> '')
"""
ELECTED: Final = """
    UPDATE obligation_obligation owed SET met_on = wanted.met_on FROM obligation_wanted wanted
    WHERE owed.key = wanted.key AND owed.met_on IS DISTINCT FROM wanted.met_on
"""
DROP: Final = """
    DELETE FROM obligation_obligation owed
    WHERE owed.rhythm_id = %(rhythm)s AND owed.period LIKE %(year)s AND owed.due_on >= %(today)s
        AND owed.closed_fact_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM obligation_wanted wanted WHERE wanted.key = owed.key)
    RETURNING owed.id
"""
