"""A county on an embedded server of the benchmark's own, kept between runs in .cache."""

import os
import sys
from pathlib import Path

from plumbline.config.postgres import EmbeddedServer
from plumbline.config.running import application

ROOT = Path(__file__).resolve().parents[2]


def open_county(scale: int) -> EmbeddedServer:
    """Start the server, build the county on first use, and return the server; the caller stops it."""
    data = ROOT / ".cache" / f"bench-county-{scale}"
    server = EmbeddedServer(data / "postgres")
    url = server.start()
    os.environ["PLUMBLINE_LOG_LEVEL"] = "ERROR"
    os.environ["PLUMBLINE_DATABASE_POOL"] = "2"
    application.set_up(data, url)
    application.migrate()
    application.collect_static()
    from plumbline.kernel.actor import Actor
    from plumbline.organisation import api as organisation

    if not organisation.visible_units(Actor.system("benchmark")).exists():
        from plumbline.config.demo import build_county

        print(f"building the county {scale} times ...", file=sys.stderr, flush=True)
        build_county(locale="zh", scale=scale, seed=1)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return server
