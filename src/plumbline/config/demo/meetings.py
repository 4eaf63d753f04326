"""Half a year of meetings of a few branches, held, recorded, confirmed and filed through the actions as their people would."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone
from PIL import Image, ImageDraw

from plumbline.config.demo import logins
from plumbline.config.demo.names import dice
from plumbline.config.demo.people import People
from plumbline.config.demo.structure import ROOT, Structure
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation

MONTHS: Final = 6
BRANCHES: Final = 2
"""How many branches beside that of the demonstration's logins keep their meetings here."""

WORDS: Final = {
    "zh": {
        "members_meeting": "季度支部党员大会",
        "branch_committee": "支委会月度例会",
        "theme_day": "主题党日：志愿服务进社区",
        "lecture": "书记讲党课：把纪律挺在前面",
        "place": "三楼会议室",
        "process": "主持人清点到会人数并宣布开会，逐项审议议程。",
        "resolution": "通过本季度支部工作计划。",
        "activity": "集中交纳党费，学习近期文件，随后到结对社区开展环境整治和走访。",
        "outline": "讲授党章关于纪律的规定，结合岗位谈体会。",
        "who": "支部书记",
        "points": "总结上一阶段工作，布置下一步任务。",
        "absent": "出差",
        "late": "会议冲突",
        "problem": "联系服务群众不够经常",
        "measure": "每月至少到联系点一次，记入台账。",
        "life": "年度组织生活会",
        "summary": "逐条认领，限期整改。",
        "recorder": "记录员",
    },
    "en": {
        "members_meeting": "Members' meeting of the quarter",
        "branch_committee": "Committee meeting of the month",
        "theme_day": "Theme day: voluntary service in the neighbourhood",
        "lecture": "The secretary's lecture: rules come first",
        "place": "Meeting room, third floor",
        "process": "The chair counted those present and opened the meeting; the agenda was dealt with.",
        "resolution": "The work plan of the quarter is adopted.",
        "activity": "Dues were paid, recent documents studied, then the neighbourhood was tidied and visited.",
        "outline": "What the rules say about discipline, and what that means at each post.",
        "who": "Secretary",
        "points": "Summed up the past weeks and gave out the next tasks.",
        "absent": "on a journey",
        "late": "another meeting",
        "problem": "Too few visits to those we serve",
        "measure": "One visit a month at least, noted in the book.",
        "life": "Organisation-life meeting of the year",
        "summary": "Each point has its owner and its day.",
        "recorder": "Recorder",
    },
}


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch whose meetings are kept here, with who chairs and who records."""

    unit_id: int
    code: str
    chair: Actor
    recorder: Actor


def branches_kept(structure: Structure, people: People) -> list[str]:
    """Return the codes of the branches whose meetings are held through the actions."""
    first = logins.showcase_branch(people, structure)
    others = [
        str(row["code"])
        for row in structure.branches()
        if row["code"] != first and structure.sizes[row["code"]] >= 12 and row["parent"] != ROOT
    ]
    return [first, *others[:BRANCHES]]


def first_day(today: date) -> date:
    """Return the first day of the half-year that is shown."""
    year, month = divmod(today.year * 12 + today.month - 1 - (MONTHS - 1), 12)
    return date(year, month + 1, 1)


def hold(*, at: datetime, locale: str, structure: Structure, people: People, units: dict[str, int]) -> None:
    """Hold the meetings of the half-year up to ``at``, one that waits for its chair, and plan the next theme day."""
    words = WORDS[locale]
    clerk = logins.actor_of("administrator", at=at)
    today = timezone.localtime(at).date()
    meeting.set_theme_day(by=clerk, at=at, unit_id=units[ROOT], rule=meeting.FixedDay(first_day(today)))
    kept = [_branch(code, units[code], people, words, at) for code in branches_kept(structure, people)]
    for place, branch in enumerate(kept):
        random = dice("meetings", branch.code)
        for kind, on in _days(first_day(today), today, whole=place == 0):
            _held(branch, kind, on, words, random, photo=place == 0)
        for on in (first_day(today) + timedelta(days=20), first_day(today) + timedelta(days=80)):
            pair = random.choice(("committee_committee", "committee_member", "member_member"))
            meeting.record_talks(
                by=branch.chair, at=at, unit_id=branch.unit_id, pair=pair, held_on=on, count=random.randint(1, 4)
            )
    _waiting(kept[0], at, words)
    _life(kept[0], at, words)


def _branch(code: str, unit_id: int, people: People, words: dict[str, str], at: datetime) -> Branch:
    """Return a branch with its secretary and a recorder; the latter gets an account where nobody else has one."""
    secretary = people.secretaries[code]
    known = organisation.people_of([unit_id], on=timezone.localtime(at).date())[unit_id]
    chair = next(one.user_id for one in known if one.is_secretary)
    recorder = next((one.user_id for one in known if not one.is_secretary), None)
    if recorder is None:
        number = next(
            one for one in people.of_branch[code] if one != secretary and one not in people.secretaries.values()
        )
        member = organisation.members_by_numbers([number])[number]
        user = User.objects.create_user(number, display_name=words["recorder"], created_at=at)
        organisation.visible_members(Actor.system("demo")).filter(pseudonym=member.pseudonym).update(user=user)
        recorder = user.pk
    actors = [organisation.resolve_actor(User.objects.get(pk=pk), at=at) for pk in (chair, recorder)]
    return Branch(unit_id, code, actors[0], actors[1])


def _days(start: date, today: date, *, whole: bool) -> Iterator[tuple[str, date]]:
    """Yield what a branch holds: theme day and committee monthly, members' meeting quarterly, one lecture."""
    for step in range(MONTHS):
        year, month = divmod(start.year * 12 + start.month - 1 + step, 12)
        first = date(year, month + 1, 1)
        friday = first + timedelta(days=(4 - first.weekday()) % 7)
        listed = [("theme_day", friday)]
        if whole:
            listed.append(("branch_committee", friday + timedelta(days=4)))
        if (month + 1) % 3 == 0:
            listed.append(("members_meeting", friday + timedelta(days=12)))
        if step == MONTHS // 2:
            listed.append(("lecture", friday + timedelta(days=6)))
        yield from ((kind, on) for kind, on in listed if on < today - timedelta(days=2))


def _evening(on: date, hour: int = 19) -> datetime:
    return datetime.combine(on, time(hour), tzinfo=timezone.get_default_timezone())


def _held(branch: Branch, kind: str, on: date, words: dict[str, str], random: Any, *, photo: bool) -> None:
    """Hold one meeting in the evening of a day, and file it two days later."""
    at = _evening(on)
    made = _begun(branch, kind, at, words, random)
    if photo and kind == "theme_day":
        upload = ledger.Upload("theme-day.jpg", _picture(random))
        meeting.add_files(by=branch.chair, at=at, meeting_id=made.pk, kind=meeting.PHOTO, uploads=[upload])
    later = at + timedelta(days=2)
    meeting.confirm(by=branch.recorder, at=later, meeting_id=made.pk)
    meeting.confirm(by=branch.chair, at=later, meeting_id=made.pk, then_file=True)


def _begun(branch: Branch, kind: str, at: datetime, words: dict[str, str], random: Any) -> meeting.Meeting:
    """Return a meeting with its list of those present and its minutes."""
    plan = meeting.Plan(
        words[kind], at, words["place"], chair_id=branch.chair.user_id, recorder_id=branch.recorder.user_id
    )
    made = meeting.plan_meeting(
        by=branch.chair, at=at - timedelta(days=3), unit_id=branch.unit_id, kind=kind, plan=plan
    )
    meeting.open_meeting(by=branch.chair, at=at, meeting_id=made.pk)
    expected = [one for one in meeting.meeting_page(branch.chair, made.pk).people if one.expected]
    away = random.sample(expected, min(len(expected) // 6, 3))
    marks: dict[int, meeting.Mark | None] = {
        one.member_id: meeting.Mark(meeting.Presence.ABSENT, words["absent"]) for one in away[:-1]
    }
    marks |= {one.member_id: meeting.Mark(meeting.Presence.LATE, words["late"]) for one in away[-1:]}
    meeting.mark_attendance(by=branch.chair, at=at, meeting_id=made.pk, marks=marks, rest=meeting.Presence.PRESENT)
    there = sum(one.entitled and one not in away[:-1] for one in expected)
    document = {
        "texts": {name: words[name] for name in ("process", "activity", "outline") if name in words and _wants(kind, name)},
        "speeches": [{"who": words["who"], "points": words["points"]}] if kind == "members_meeting" else [],
        "resolutions": [{"text": words["resolution"], "matter": "", "ayes": there}] if _votes(kind) else [],
    }  # fmt: skip
    meeting.save_minutes(
        by=branch.chair, at=at + timedelta(hours=1), meeting_id=made.pk, document=document, base=0, key=uuid4()
    )
    return made


def _wants(kind: str, name: str) -> bool:
    return {"process": kind in ("members_meeting", "branch_committee", "organisation_life"), "activity": kind == "theme_day",
            "outline": kind == "lecture"}[name]  # fmt: skip


def _votes(kind: str) -> bool:
    return kind in ("members_meeting", "branch_committee")


def _waiting(branch: Branch, at: datetime, words: dict[str, str]) -> None:
    """Leave one committee meeting for its chair to confirm, and plan the next theme day with invitations."""
    yesterday = _evening(timezone.localtime(at).date() - timedelta(days=1))
    made = _begun(branch, "branch_committee", yesterday, words, dice("meetings", "waiting"))
    meeting.confirm(by=branch.recorder, at=yesterday + timedelta(hours=2), meeting_id=made.pk)
    today = timezone.localtime(at).date()
    fixed = meeting.theme_days(branch.chair, today + timedelta(days=1), unit_id=branch.unit_id)[0].days[0]
    plan = meeting.Plan(words["theme_day"], _evening(fixed.held_on, 14), words["place"])
    coming = meeting.plan_meeting(by=branch.chair, at=at, unit_id=branch.unit_id, kind="theme_day", plan=plan)
    meeting.invite(by=branch.chair, at=at, meeting_id=coming.pk)


def _life(branch: Branch, at: datetime, words: dict[str, str]) -> None:
    """Hold the organisation-life meeting of the branch, with a problem that is being mended."""
    on = timezone.localtime(at).date() - timedelta(days=12)
    names = {**words, "organisation_life": words["life"]}
    made = _begun(branch, "organisation_life", _evening(on), names, dice("meetings", "life"))
    meeting.add_problem(
        by=branch.chair, at=_evening(on), meeting_id=made.pk, text=words["problem"], measure=words["measure"],
        due_on=timezone.localtime(at).date() + timedelta(days=25), owner_id=branch.recorder.user_id,
    )  # fmt: skip
    made.refresh_from_db()
    document = {**made.record, "texts": {**made.record["texts"], "conclusion": words["summary"]}}
    meeting.save_minutes(
        by=branch.chair, at=_evening(on), meeting_id=made.pk, document=document, base=made.revision, key=uuid4()
    )
    meeting.confirm(by=branch.recorder, at=_evening(on), meeting_id=made.pk)
    meeting.confirm(by=branch.chair, at=_evening(on), meeting_id=made.pk, then_file=True)


def _picture(random: Any) -> io.BytesIO:
    """Return a drawn picture in place of a photo: hills under a sky; the demonstration shows nobody."""
    picture = Image.new("RGB", (960, 640), (214, 228, 240))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((700, 60, 790, 150), fill=(244, 214, 140))
    for row, shade in enumerate(((132, 168, 140), (98, 142, 112), (66, 112, 86))):
        peaks = [(x, 300 + row * 90 - random.randint(0, 120)) for x in range(0, 1121, 160)]
        pen.polygon([(0, 640), *peaks, (960, 640)], fill=shade)
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=80)
    drawn.seek(0)
    return drawn
