"""The procedures of Qinghe and its running cases, in the states in which an ordinary office finds them on a Monday."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from plumbline.config.demo import logins
from plumbline.config.demo.people import People
from plumbline.config.demo.structure import ROOT, Structure
from plumbline.kernel.actor import Actor
from plumbline.procedure import api as procedures

Both = tuple[str, str]
"""A text in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Story:
    """One case: its branch (by place in the list; 0 the showcase branch), and what happened on which day before now.

    An event is (days ago, act, step, more); the acts are those of the procedure's door.
    """

    procedure: str
    branch: int
    received: int
    events: tuple[tuple[int, str, str, Both], ...]
    title: Both = ("", "")
    person: Both = ("", "")


_KEPT: Final = ("材料存支部档案柜", "Papers in the branch's cabinet")
_NO: Final = ("", "")


def _done(*steps: tuple[int, str]) -> tuple[tuple[int, str, str, Both], ...]:
    return tuple((days, "complete", step, _KEPT) for days, step in steps)


STORIES: Final = (
    Story("member_development", 0, 400, (
        *_done((398, "apply"), (380, "first_talk"), (330, "activist"), (322, "activist_filed"), (318, "mentors"),
               (150, "training")),
        (149, "repeat", "training", ("下半年考察", "Second half-year")), *_done((20, "training"), (12, "candidate")),
    ), person=("刘晓雨", "Liu Xiaoyu")),
    Story("member_development", 0, 47, _done((46, "apply")), person=("陈立新", "Chen Lixin")),
    Story("member_development", 3, 35, _done((34, "apply"), (20, "first_talk")), person=("赵海波", "Zhao Haibo")),
    Story("branch_election", 0, 40, (
        *_done((38, "request"), (31, "answer"), (25, "roll"), (24, "report")),
        (23, "skip", "dues", ("届内已在年度报告中说明", "Told in the yearly report already")),
        *_done((15, "nominate")),
        (11, "return", "candidates_checked", ("候选人差额不足，请补充提名", "Too few candidates for the seats: nominate more")),
    )),
    Story("organisation_life", 0, 12, (*_done((10, "plan"), (6, "plan_answer"), (2, "study")), (1, "start", "talks", _NO))),
    Story("organisation_life", 5, 30, _done((25, "plan"), (20, "plan_answer"), (9, "study"), (8, "opinions"))),
    Story("reported_problem", 0, 24, (
        *_done((23, "register"), (22, "decide"), (21, "told"), (14, "verify"), (10, "measures"), (5, "mend")),
    ), title=("党员活动室照明损坏", "Lights of the members' room broken")),
    Story("reported_problem", 2, 9, (
        *_done((9, "register"), (7, "decide")),
        (6, "suspend", "", ("反映人出差，暂无法核实", "The reporter is away and cannot be asked")),
    ), title=("党费收缴通知不及时", "Notice of dues came late")),
    Story("reported_problem", 4, 60, (
        *_done((60, "register"), (58, "decide"), (57, "told"), (49, "verify"), (45, "measures"), (38, "mend"), (36, "check"),
               (34, "answer"), (33, "filed")),
    ), title=("主题党日时间安排冲突", "Theme day at the same hour as office hours")),
    Story("merger", 7, 28, (*_done((26, "proposal"), (15, "meetings")),)),
)  # fmt: skip

ANSWERS: Final = {
    "came_by": "0", "decision": "0", "result": "0", "seats": "5", "entitled": "18", "candidates": "6", "came": "17",
    "issued": "17", "returned": "17", "talks": "12", "papers": "16", "mentors": "2", "hours": "24", "members": "31",
    "period": "2026", "ayes": "15", "satisfied": "0",
}  # fmt: skip
"""What forms of these steps are answered with; days are the day of the event."""


def run(
    *, by: Actor, at: datetime, locale: str, structure: Structure, people: People, units: dict[str, int]
) -> dict[str, int]:
    """Take the shipped procedures over for the county and run the stories; return the cases by procedure."""
    versions = {
        code: procedures.take_shipped(by=by, at=at - timedelta(days=420), committee_id=units[ROOT], code=code)
        for code in procedures.SHIPPED
    }
    show = logins.showcase_branch(people, structure)
    others = [str(row["code"]) for row in structure.branches() if row["code"] != show]
    opened: dict[str, int] = {}
    for story in STORIES:
        branch = units[show if story.branch == 0 else others[story.branch % len(others)]]
        opened[story.procedure] = _run(by, at, locale != "zh", story, versions[story.procedure], branch)
    procedures.keep_figures(
        by=by, at=at, committee_id=units[ROOT], from_on=(at - timedelta(days=365)).date(), until_on=at.date()
    )
    return opened


def _run(by: Actor, at: datetime, word: int, story: Story, version: procedures.ProcedureVersion, unit_id: int) -> int:
    person = procedures.Person(story.person[word], "13800000000") if story.person[word] else None
    case = procedures.open_case(
        by=by, at=at - timedelta(days=story.received, hours=1), procedure_id=version.procedure_id, unit_id=unit_id,
        title=story.title[word], person=person,
    )  # fmt: skip
    document = procedures.documents.Procedure.of(version.document)
    for order, (days, act, step, said) in enumerate(story.events):
        moment = at - timedelta(days=days, minutes=30 - order)
        _act(by, moment, case.pk, act, step, said[word], document)
    return case.pk


def _act(by: Actor, at: datetime, case_id: int, act: str, step: str, said: str, document: Any) -> None:
    common: dict[str, Any] = {"by": by, "at": at, "case_id": case_id}
    if act == "complete":
        answers = _answers(document.step(step).form, at)
        procedures.complete_step(**common, step=step, note=said, answers=answers)
    elif act == "start":
        procedures.start_step(**common, step=step)
    elif act == "skip":
        procedures.skip_step(**common, step=step, reason=said)
    elif act == "repeat":
        procedures.repeat_step(**common, step=step, reason=said)
    elif act == "return":
        procedures.return_step(**common, step=step, target=document.step(step).after[0], reason=said)
    else:
        procedures.suspend_case(**common, reason=said, basis=document.basis.zh or document.basis.en)


def _answers(fields: Iterable[Any], at: datetime) -> dict[str, str]:
    return {
        one.name: at.date().isoformat() if one.type == "date" else ANSWERS.get(one.name, "0" if one.required else "")
        for one in fields
    }
