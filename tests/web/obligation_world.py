"""Required work for the small world of the pages: a rule, a planned year, an exemption."""

from datetime import date
from typing import Any

from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation
from plumbline.obligation.models import Obligation

BY = Actor.system("test")


def furnish(tree: Any, at: Any) -> None:
    """Plan the year of the tree's branch by one rule for branches and one for members."""
    asked = obligation.Requirement(
        starts_on=date(2026, 1, 1), period="quarter", basis="第十一条", organisation_kinds=("branch",),
        fact_kind="meeting.held", where={"meeting_kind": ("members_meeting",)}, url="/facts/new/?kind=meeting.held",
    )  # fmt: skip
    hours = obligation.Requirement(
        starts_on=date(2026, 1, 1), period="year", basis="学时", subject="member", statuses=("full", "probationary"),
        fact_kind="learning.session", needed=1920,
    )  # fmt: skip
    entry = obligation.RhythmEntry("members_meeting", "支部党员大会", "每季度一次")
    rhythm = obligation.add_rhythm(by=BY, at=at, entry=entry, asked=asked)
    obligation.add_rhythm(by=BY, at=at, entry=obligation.RhythmEntry("hours", "党员年度学时"), asked=hours)
    obligation.plan_year(by=BY, at=at, year=2026)
    first = Obligation.objects.filter(unit=tree.branch, rhythm=rhythm).first()
    assert first is not None
    obligation.exempt(by=BY, at=at, ids=[first.pk], reason="支部刚刚成立。")
    tree.objects["rhythm"] = rhythm
    tree.objects["rhythm_version"] = rhythm.versions.get()
