"""The inspection of this year's round: four teams at work, secretaries of branches among the assessors, a few findings."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from plumbline.assessment import api as assessment
from plumbline.config.demo import logins
from plumbline.config.demo.people import People
from plumbline.config.demo.structure import ROOT, Structure
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation

_TEAM: Final = ("第{number}检查组", "Team {number}")
_FOUND: Final = (
    ("1.1", "vague_measures", ("计划有目标，无时限、无责任人。", "The plan names aims, but neither days nor people."),
     ("党员活动室", "Members' room")),
    ("2.3", "no_venue", ("活动场所与会议室合用，无标识。", "The venue is shared with the meeting room and bears no sign."),
     ("二楼会议室", "Meeting room, second floor")),
    ("2.1", "2.1", ("走访记录齐全，附照片。", "The records of visits are complete, with photos."),
     ("档案柜", "Records cabinet")),
)  # fmt: skip
_ANSWER: Final = (
    "已在计划中补充时限和责任人，新计划张贴在公示栏。",
    "Days and people are in the plan now; the new plan hangs on the notice board.",
)
FINDINGS: Final = len(_FOUND)
"""How many findings are recorded; each is a fact."""
_HELPERS: Final = 7
"""Assessors beside the login of that name: secretaries, who are never sent to their own branches."""


def begin(
    *, by: Actor, at: datetime, locale: str, round_id: int, structure: Structure, people: People, units: dict[str, int]
) -> None:
    """Plan the inspection, make the teams, distribute the units, and let the assessor record what was found."""
    day = clock.day_of(at)
    word = locale != "zh"
    assessment.plan_inspection(
        by=by, at=at, round_id=round_id, from_on=day - timedelta(days=1), until_on=day + timedelta(days=13),
        shown="at_once",
    )  # fmt: skip
    showcase = logins.showcase_branch(people, structure)
    everyone = [User.objects.get(username="assessor"), *_helpers(by, at, people, units[ROOT], showcase)]
    for number in range(4):
        assessment.save_team(
            by=by, at=at, round_id=round_id, name=_TEAM[word].format(number=number + 1),
            member_ids=[user.pk for user in everyone[number::4]], lead_id=everyone[number].pk,
        )  # fmt: skip
    first = assessment.coverage(by, round_id, on=day).teams[0]
    assessment.assign(
        by=by, at=at, round_id=round_id, unit_ids=[units[showcase]], team_id=first.id, from_on=day, until_on=day
    )
    assessment.distribute_units(by=by, at=at, round_id=round_id)
    _record(at, word, round_id, units[showcase])


def _helpers(by: Actor, at: datetime, people: People, root_id: int, showcase: str) -> list[User]:
    """Grant the role assessor to the first secretaries in the order of their numbers, but the showcase branch's own."""
    numbers = sorted({number for branch, number in people.secretaries.items() if branch != showcase})
    known = {user.username: user for user in User.objects.filter(username__in=numbers)}
    chosen = [known[number] for number in numbers if number in known][:_HELPERS]
    root = organisation.unit_for(by, root_id)
    for user in chosen:
        organisation.grant_role(by=by, at=at, user=user, role="assessor", unit=root)
    return chosen


def _record(at: datetime, word: bool, round_id: int, unit_id: int) -> None:
    """Record what was found in the showcase branch, finish its inspection, and let its secretary answer the first finding."""
    assessor = logins.actor_of("assessor", at=at)
    receipts = []
    for number, (node, criterion, note, place) in enumerate(_FOUND, start=1):
        draft = assessment.FindingDraft(node, criterion, at, note=note[word], place=place[word])
        receipts.append(
            assessment.record_finding(
                by=assessor, at=at, key=UUID(int=number), round_id=round_id, unit_id=unit_id, draft=draft
            )
        )
    assessment.finish_inspection(by=assessor, at=at, round_id=round_id, unit_id=unit_id)
    secretary = logins.actor_of("secretary", at=at)
    assessment.answer_finding(by=secretary, at=at, finding_id=receipts[0].finding_id, words=_ANSWER[word])
