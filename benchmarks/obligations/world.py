"""1,500 organisations with 50,000 members and a catalogue, on an embedded server of the benchmark's own, gone afterwards."""

import os
import tempfile
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from plumbline.config.postgres import EmbeddedServer
from plumbline.config.running import application

AT = datetime(2026, 1, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = date(2020, 1, 1)
UNITS, MEMBERS = 1_500, 50_000


@contextmanager
def opened() -> Any:
    """Start the server with empty tables, and throw it away at the end."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        server = EmbeddedServer(Path(folder) / "postgres")
        os.environ["PLUMBLINE_LOG_LEVEL"] = "ERROR"
        application.set_up(Path(folder), server.start())
        application.migrate()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()
            server.stop()


def furnish() -> None:
    """Found the organisations, enrol the members, take the shipped catalogue; by rows, for it is not what is measured."""
    from plumbline.kernel.actor import Actor
    from plumbline.obligation import api as obligation
    from plumbline.organisation.models import Member, MemberStanding, Organisation

    kinds = ["working_committee", *["committee"] * 20, *["general_branch"] * 129]
    kinds += ["branch"] * (UNITS - len(kinds))
    top = None
    units = []
    for number, kind in enumerate(kinds):
        unit = Organisation.objects.create(
            code=f"U{number}", name=f"Unit {number}", category="organisation", kind=kind, parent=top, founded_on=DAY
        )
        Organisation.objects.filter(pk=unit.pk).update(path=f"{top.path if top else '/'}{unit.pk}/")
        unit.refresh_from_db()
        top = top or unit
        units.append(unit)
    branches = [one for one, kind in zip(units, kinds, strict=True) if kind == "branch"]
    members = Member.objects.bulk_create(
        [Member(number=f"M{n}", organisation=branches[n % len(branches)], status="full") for n in range(MEMBERS)],
        batch_size=5_000,
    )
    MemberStanding.objects.bulk_create(
        [
            MemberStanding(
                member=one, organisation_id=one.organisation_id, status="full", cause="enrolled", starts_on=DAY,
                recorded_by="benchmark", recorded_at=AT,
            )
            for one in members
        ],
        batch_size=5_000,
    )  # fmt: skip
    obligation.take_shipped(by=Actor.system("benchmark"), at=AT, starts_on=date(2026, 1, 1))
