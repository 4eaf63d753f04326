"""What the pages of meetings show: a filed organisation-life meeting with a problem, one under way, a talk, a theme day."""

from datetime import date
from typing import Any
from uuid import uuid4

from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation
from tests.web import world


def furnish(tree: Any) -> None:
    """Give the tree's branch members, meetings, a problem, a talk, and a theme day."""
    by = world.actor_of(tree.users["administrator"])
    for place in range(3):
        organisation.enrol_member(
            by=world.BY, at=world.AT, organisation=tree.branch, number=f"{tree.branch.code}-{place}", name=f"李{place}",
            on=date(2026, 1, 1), joined_on=date(2018, 1, 1), full_on=date(2019, 1, 1),
        )  # fmt: skip
    filed = hold(tree, "organisation_life")
    common = {"by": by, "at": world.AT}
    problem = meeting.add_problem(
        **common, meeting_id=filed.pk, text="学习不够深入", due_on=date(2026, 12, 31), owner_id=tree.users["member"].pk
    )
    meeting.save_minutes(
        **common, meeting_id=filed.pk, document={"texts": {"process": "按程序进行。", "conclusion": "逐条整改。"}},
        base=filed.revision, key=uuid4(),
    )  # fmt: skip
    meeting.confirm(**common, meeting_id=filed.pk)
    meeting.confirm(by=world.actor_of(tree.users["member"]), at=world.AT, meeting_id=filed.pk, then_file=True)
    talk = meeting.record_talks(
        **common, unit_id=tree.branch.pk, pair="committee_member", held_on=date(2026, 11, 2), count=2
    )
    meeting.set_theme_day(**common, unit_id=tree.committee.pk, rule=meeting.FixedDay(date(2026, 1, 1)))
    tree.objects |= {"meeting": filed, "open_meeting": hold(tree, "lecture"), "problem": problem, "talk": talk}


def hold(tree: Any, kind: str) -> meeting.Meeting:
    """Return a meeting under way at which everybody is."""
    common = {"by": world.actor_of(tree.users["administrator"]), "at": world.AT}
    made = meeting.hold_now(**common, unit_id=tree.branch.pk, kind=kind)
    meeting.mark_attendance(**common, meeting_id=made.pk, marks={}, rest=meeting.Presence.PRESENT)
    return made
