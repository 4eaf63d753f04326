"""Counties with a planned year, on an embedded server of the benchmark's own, kept between runs in .cache."""

import os
import sys
from datetime import date
from pathlib import Path

from plumbline.config.postgres import EmbeddedServer
from plumbline.config.running import application

ROOT = Path(__file__).resolve().parents[2]
RHYTHMS, MONTHS = 60, 12
COUNTIES = {"A": (158, 16), "B": (5_000, 20)}
"""For each tree: its organisations, and the districts (committees) that lead them."""
ON = date(2026, 11, 23)

_UNITS = """
INSERT INTO organisation_unit (code, name, short_name, category, path, parent_id, pinyin_key, stroke_key, initials)
SELECT %(tree)s || '-' || n, 'Unit ' || n, '', 'organisation', '', %(parent)s, '', '', ''
FROM generate_series(%(first)s, %(last)s) AS n
"""
_PATHS = """
UPDATE organisation_unit AS u SET path = p.path || u.id || '/' FROM organisation_unit AS p
WHERE u.parent_id = p.id AND u.path = ''
"""
_OBLIGATIONS = """
INSERT INTO obligation_obligation (key, unit_id, rhythm_id, version_id, area, period, title, url, starts_on, warn_on, due_on,
    grace_on, needed, met_on, complete, waived_by, waived_reason)
SELECT 'b:' || u.id || ':' || v.id || ':' || m, u.id, v.rhythm_id, v.id, 'obligation', '2026-' || m, 'Rhythm', '',
    make_date(2026, m, 1), d.last - 7, d.last, d.last + 3, 1,
    CASE WHEN d.last < %(on)s AND h < 92 THEN d.last - (h %% 20) WHEN d.last < %(on)s AND h < 96 THEN d.last + 5 END,
    h <> 50, '', ''
FROM organisation_unit AS u CROSS JOIN obligation_rhythmversion AS v CROSS JOIN generate_series(1, 12) AS m
CROSS JOIN LATERAL (SELECT (make_date(2026, m, 1) + interval '1 month - 1 day')::date AS last) AS d
CROSS JOIN LATERAL (SELECT abs(hashint8(u.id * 7919 + v.id * 104729 + m)) %% 100 AS h) AS x
WHERE u.path LIKE %(path)s
"""


def open_counties() -> EmbeddedServer:
    """Start the server, plan the year on first use, and return the server; the caller stops it."""
    data = ROOT / ".cache" / "bench-board"
    server = EmbeddedServer(data / "postgres")
    url = server.start()
    os.environ["PLUMBLINE_LOG_LEVEL"] = "ERROR"
    os.environ["PLUMBLINE_DATABASE_POOL"] = "2"
    application.set_up(data, url)
    application.migrate()
    application.collect_static()
    from plumbline.obligation.models import Obligation

    if not Obligation.objects.exists():
        print("planning two counties ...", file=sys.stderr, flush=True)
        _fill()
    return server


def _fill() -> None:
    from django.db import connection

    from plumbline.kernel import clock
    from plumbline.kernel.actor import Actor
    from plumbline.obligation.models import Rhythm, RhythmVersion
    from plumbline.organisation import api as organisation

    by, at = Actor.system("benchmark"), clock.now()
    for number in range(RHYTHMS):
        rhythm = Rhythm.objects.create(code=f"r{number}", name=f"Rhythm {number}")
        RhythmVersion.objects.create(
            rhythm=rhythm,
            starts_on=date(2026, 1, 1),
            period="month",
            fact_kind="meeting.held",
            basis="",
            organisation_kinds=["branch"],
        )
    with connection.cursor() as cursor:
        for tree, (units, districts) in COUNTIES.items():
            top = organisation.found_organisation(by=by, at=at, code=tree, name=tree, kind="working_committee")
            for district in range(districts):
                head = organisation.found_organisation(
                    by=by, at=at, code=f"{tree}{district}", name=f"District {district}", kind="committee", parent=top
                )
                share = range(1 + units * district // districts, units * (district + 1) // districts)
                cursor.execute(_UNITS, {"tree": tree, "parent": head.pk, "first": share.start, "last": share.stop - 1})
            cursor.execute(_PATHS)
            cursor.execute(_OBLIGATIONS, {"on": ON, "path": f"/{top.pk}/_%"})
        cursor.execute(
            "INSERT INTO organisation_organisation (unit_id, kind, is_joint, is_scattered, size_approval) "
            "SELECT id, 'branch', false, false, '' FROM organisation_unit WHERE id NOT IN "
            "(SELECT unit_id FROM organisation_organisation)"
        )
        cursor.execute("VACUUM ANALYZE")
