"""The members of Qinghe, the posts with duties in both lines, the terms, and the accounts of the secretaries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from plumbline.config.demo.names import person
from plumbline.config.demo.structure import ROOT, Structure

Row = dict[str, Any]
_COMMITTEE_FROM: Final = 7
"""From this many members on a branch has a committee (DOMAIN 3.3)."""

_TITLES: Final = {
    "secretary": ("书记", "Secretary"),
    "deputy": ("副书记", "Deputy secretary"),
    "organisation": ("组织委员", "Commissioner for organisation"),
    "publicity": ("宣传委员", "Commissioner for publicity"),
    "discipline": ("纪检委员", "Commissioner for discipline"),
    "head": ("主要负责人", "Head of department"),
}
_DUTIES: Final = {
    "secretary": (
        (("统筹本单位年度重点业务工作", "Lead the year's key work of the unit"),
         ("审定业务目标并按季度调度", "Set business targets and review them each quarter")),
        (("每半年专题研究党建工作，当好第一责任人", "Answer first for organisation work; take it up every half-year"),
         ("每年至少讲一次党课", "Give at least one lecture a year"),
         ("落实组织生活制度", "See that organisation life keeps its rhythm")),
    ),
    "deputy": (
        (("分管业务工作的组织实施", "Carry out the business work assigned"),),
        (("协助书记抓党员教育管理", "Help the secretary with the education of members"),),
    ),
    "organisation": (
        (("做好本岗位业务工作", "Do the business work of the post"),),
        (("管理党员名册与组织关系", "Keep the register of members and transfers"),
         ("筹备换届和支部会议", "Prepare elections and meetings")),
    ),
    "publicity": (
        (("做好本岗位业务工作", "Do the business work of the post"),),
        (("制定学习计划并组织学习", "Plan and hold the learning"), ("做好党务公开", "See to disclosure")),
    ),
    "discipline": (
        (("做好本岗位业务工作", "Do the business work of the post"),),
        (("排查廉政风险并提醒", "Look for integrity risks and remind"),),
    ),
    "head": (
        (("对本部门年度绩效负总责", "Answer for the department's performance of the year"),
         ("按时限办理重点事项", "Settle key matters within their limits")),
        (("与业务工作同部署同检查同考核党建工作", "Deploy, check and assess it together with business"),
         ("联系一个以上党支部", "Contact at least one branch")),
    ),
}  # fmt: skip


@dataclass(slots=True)
class People:
    """Members, posts, terms and roles as rows of a roster; ``secretaries`` names the secretary of each organisation."""

    members: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    terms: list[Row] = field(default_factory=list)
    roles: list[Row] = field(default_factory=list)
    secretaries: dict[str, str] = field(default_factory=dict)
    of_branch: dict[str, list[str]] = field(default_factory=dict)


def build_people(random: Random, locale: str, structure: Structure, today: date) -> People:
    """Return the people of a county as it stands on ``today``."""
    people = People()
    for row in structure.branches():
        code = row["code"]
        for place in range(structure.sizes[code]):
            people.members.append(_member(random, locale, len(people.members) + 1, code, place, today))
            people.of_branch.setdefault(code, []).append(people.members[-1]["number"])
    for row in structure.organisations:
        _posts_of(random, locale, people, structure, row, today)
    _heads(random, locale, people, structure, today)
    _accounts(people)
    return people


def _member(random: Random, locale: str, number: int, organisation: str, place: int, today: date) -> Row:
    """Make one member; the first three of a branch are always full members who may hold its posts."""
    born = date(today.year - random.randint(26 if place < 3 else 24, 66), random.randint(1, 12), random.randint(1, 28))
    probationary = place >= 3 and random.random() < 0.03
    latest = today.year - (0 if probationary else 2)
    year = latest if probationary else random.randint(born.year + 20, max(born.year + 20, min(born.year + 38, latest)))
    joined = min(date(year, random.choice((3, 6, 7, 9, 11)), random.randint(1, 28)), today - timedelta(days=20))
    status = "probationary" if probationary else "full"
    if place >= 3 and not probationary and random.random() < 0.003:
        status = "suspended"
    return {
        "number": f"QH{number:06d}",
        "name": person(random, locale),
        "organisation": organisation,
        "status": status,
        "born_on": born,
        "joined_on": joined,
        "full_on": None if probationary else joined + timedelta(days=365),
        "phone": f"{random.randint(2000, 8999)}",
    }


def _posts_of(random: Random, locale: str, people: People, structure: Structure, row: Row, today: date) -> None:
    """Give an organisation its committee: a secretary alone where it is small, five posts where it is large."""
    code = row["code"]
    branches = structure.below(code)
    pool = [number for branch in branches for number in people.of_branch[branch][:5]]
    size = sum(structure.sizes[branch] for branch in branches)
    wanted = ["secretary", "deputy", "organisation", "publicity", "discipline"]
    wanted = wanted if size >= 15 else wanted[:3] if size >= _COMMITTEE_FROM else wanted[:1]
    if row["kind"] == "branch":
        chosen = _full_members(people, people.of_branch[code])[: len(wanted)]
    else:
        chosen = random.sample(_full_members(people, pool), len(wanted))
    started = _term_start(random, int(row["term_years"]), today)
    former = [number for number in _full_members(people, pool) if number not in chosen]
    for post, number in zip(wanted, chosen, strict=False):
        people.posts.append(_post(locale, code, post))
        people.terms.append(_term(code, post, number, started, None))
        if post == "secretary":
            people.secretaries[code] = number
            if former:
                earlier = started.replace(year=started.year - int(row["term_years"]))
                people.terms.append(_term(code, post, random.choice(former), earlier, started))


def _full_members(people: People, numbers: Sequence[str]) -> list[str]:
    return [number for number in numbers if people.members[int(number[2:]) - 1]["status"] == "full"]


def _term_start(random: Random, years: int, today: date) -> date:
    """Return the day the present committee was elected; about one in twelve is past its term, so that it is warned."""
    age = years + 0.4 if random.random() < 0.08 else random.uniform(0.3, years - 0.3)
    return date.fromordinal(today.toordinal() - int(age * 365)).replace(day=15)


def _heads(random: Random, locale: str, people: People, structure: Structure, today: date) -> None:
    """Appoint the head of each department, from the branches that stand in it."""
    branches: dict[str, list[str]] = {}
    for row in structure.branches():
        branches.setdefault(row["department"], []).append(row["code"])
    for row in structure.departments:
        people.posts.append(_post(locale, row["code"], "head"))
        own = branches.get(row["code"])
        if own:
            number = random.choice(_full_members(people, people.of_branch[own[0]])[:3])
            started = date(today.year - random.randint(1, 4), random.randint(1, 12), 10)
            people.terms.append(_term(row["code"], "head", number, started, None))


def _post(locale: str, unit: str, post: str) -> Row:
    index = 0 if locale == "zh" else 1
    business, organisation = _DUTIES[post]
    return {
        "unit": unit,
        "code": post,
        "title": _TITLES[post][index],
        "seats": 1,
        "business": tuple(words[index] for words in business),
        "organisation": tuple(words[index] for words in organisation),
    }


def _term(unit: str, post: str, member: str, starts_on: date, ends_on: date | None) -> Row:
    return {"unit": unit, "code": post, "member": member, "starts_on": starts_on, "ends_on": ends_on}


def _accounts(people: People) -> None:
    """Give every secretary an account that waits for its slip: the user name is the member's number."""
    names = {row["number"]: row["name"] for row in people.members}
    for unit, number in people.secretaries.items():
        if unit != ROOT:
            people.roles.append(
                {"account": number, "role": "secretary", "unit": unit, "name": names[number], "member": number}
            )
