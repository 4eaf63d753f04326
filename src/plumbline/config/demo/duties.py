"""The duties of Qinghe: business aims of departments, duties of branches that serve them, and leaders' contact points."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from plumbline.config.demo import logins
from plumbline.config.demo.people import People
from plumbline.config.demo.structure import Structure
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility

Both = tuple[str, str]
"""A text in Chinese and in English."""

HOUSES: Final = 5
"""Branches that show duties: the one of the logins, and four others."""
AIM: Final = (
    ("全年办结重点事项", "Settle the key matters of the year"),
    ("县政府重点工作清单。", "The county's list of key work."),
    ("倒排工期，按月通报，逐件销号。", "Plan backward from the end, report monthly, tick off one by one."),
    ("40 件", "40 matters"),
)
VANGUARD: Final = (
    ("党员先锋岗带头攻坚", "Members take the lead at vanguard posts"),
    ("以党建促业务，让党员在重点事项中走在前。", "Let members be the first to take up the key matters."),
    ("设岗定责，公开承诺，每月一评。", "Name posts and duties, promise openly, look at it monthly."),
    ("90%", "90%"),
)
SERVICE: Final = (
    ("服务窗口办件按期办结", "Settle what comes to the service window in time"),
    ("优化营商环境年度任务。", "The year's work on the business environment."),
    ("每周调度，超期预警。", "Look at it weekly; warn before it is late."),
    ("98%", "98%"),
)
LIFE: Final = (
    ("规范组织生活和阵地建设", "Put organisation life and its room in order"),
    ("上年考核发现记录不齐全。", "Last year's assessment found incomplete records."),
    ("对照制度逐项补齐，建立台账。", "Go through the rules one by one and keep a book."),
    ("制度上墙、台账齐全、记录完整，经工委抽查合格。",
     "Rules on the wall, books complete, and found so when the committee looks."),
)  # fmt: skip
LECTURES: Final = (
    ("支部书记讲党课", "The secretary lectures"),
    ("落实党课制度。", "The rule on lectures asks for it."),
    ("每季度一讲，结合重点工作。", "One each quarter, bound up with the year's work."),
    ("2 次", "2 lectures"),
)
REVIEW: Final = (
    ("开展半年党建工作自查", "Review the half-year's work"),
    ("责任书要求每半年自查一次。", "The letter of responsibility asks for it every half-year."),
    ("对照责任书逐条自查，列出问题清单。", "Go through the letter line by line and list what is lacking."),
    ("", ""),
)
STEPS: Final[tuple[Both, ...]] = (
    ("摸底排查，列出清单", "Look and list what is lacking"),
    ("对照清单补齐制度和台账", "Complete rules and books"),
    ("申请工委抽查验收", "Ask the committee to look"),
)
DONE: Final[Both] = ("已完成，讲稿和签到表已归档。", "Done; texts and lists of who came are filed.")
SO_FAR: Final[Both] = ("先锋岗已评议两轮，达标率稳步提升。", "Looked at twice; the share keeps rising.")
VISIT: Final[Both] = ("了解党员先锋岗和组织生活情况。", "Looked into vanguard posts and organisation life.")
LECTURE: Final[Both] = ("结合重点工作讲党课。", "A lecture on the year's key work.")
PROBLEM: Final[Both] = ("活动室被占用，组织生活场地不足。", "The activity room is taken up by other uses.")
SOLVED: Final[Both] = ("与部门协调，活动室已恢复使用。", "Agreed with the department: the room is free again.")


def run(*, at: datetime, locale: str, structure: Structure, people: People, units: dict[str, int]) -> None:
    """Deploy the duties, report some of them, confirm one in each house, and let leaders visit their branches."""
    show = logins.showcase_branch(people, structure)
    others = [row for row in structure.branches() if row["code"] != show][: HOUSES - 1]
    mine = next(row for row in structure.branches() if row["code"] == show)
    demo = _Demo(at, int(locale != "zh"))
    for place, row in enumerate([mine, *others]):
        demo.house(units[str(row["code"])], units[str(row["department"])], place)
    demo.contacts()


class _Demo:
    """Deploys and reports in the name of the committee's administrator and of a machine, so many days before now."""

    def __init__(self, at: datetime, word: int) -> None:
        self.at, self.word, self.today = at, word, clock.day_of(at)
        self.clerk, self.machine = logins.actor_of("administrator", at=at), Actor.system("demo")
        self.terms: dict[int, list[organisation.OfficeRef]] = {}
        for term in organisation.offices_below(["/"], on=self.today):
            self.terms.setdefault(term.unit_id, []).append(term)

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _due(self, days: int) -> date:
        """Return a due day, kept within this year unless the year has only begun."""
        day = self._day(days)
        return day if day.year == self.today.year or self.today.month == 1 else date(self.today.year, 12, 31)

    def _owner(self, unit_id: int, place: int) -> Any:
        terms = self.terms.get(unit_id, [])
        if not terms:
            return None
        return organisation.appointment_for(self.machine, terms[min(place, len(terms) - 1)].id)

    def _deploy(self, unit_id: int, line: str, said: tuple[Both, ...], kind: str, due: int, **more: Any) -> Any:
        title, why, how, target = (one[self.word] for one in said)
        return responsibility.deploy_duty(
            by=self.clerk, at=self.at - timedelta(days=150), unit=organisation.unit_for(self.machine, unit_id),
            line=line, title=title, why=why, how=how, extent_kind=kind, extent_target=target,
            starts_on=self._day(-150), due_on=self._due(due), **more,
        )  # fmt: skip

    def house(self, branch_id: int, department_id: int, place: int) -> None:
        """Give a branch and its department a year's duties, in different states."""
        aim = self._deploy(department_id, "business", AIM, "number", 60, owner=self._owner(department_id, 0))
        for done, days in ((9 + place, -120), (8, -70), (6 + 2 * place, -20)):
            self._result(aim, done, days)
        secretary = self._owner(branch_id, 0)
        service = self._deploy(branch_id, "business", SERVICE, "share", 40, owner=secretary)
        self._result(service, 93 + place, -20)
        vanguard = self._deploy(branch_id, "organisation", VANGUARD, "share", 45, owner=secretary, serves=aim)
        report = responsibility.Report(self._day(-15), SO_FAR[self.word], f"{58 + 6 * place}%")
        responsibility.report_progress(
            by=self.machine, at=self.at - timedelta(days=15), duty_id=vanguard.pk, report=report
        )
        life = self._deploy(branch_id, "organisation", LIFE, "standard", 25, owner=self._owner(branch_id, 2))
        self._steps(life.pk)
        self._lectures(branch_id, secretary, confirmed=place != 1)
        self._deploy(branch_id, "organisation", REVIEW, "date", -12 if place == 0 else 8 + place, owner=secretary)

    def _result(self, duty: Any, number: int, days: int) -> None:
        ledger.post(
            by=self.machine, at=self.at + timedelta(days=days), kind="duty.result", unit_id=duty.unit_id,
            occurred_on=self._day(days), quantity=number * 1_000_000, attributes={"duty": duty.ref}, source="import",
        )  # fmt: skip

    def _steps(self, duty_id: int) -> None:
        drafts = [
            responsibility.StepDraft(title[self.word], self._day(start), min(self._day(due), self._due(25)), after)
            for after, (title, (start, due)) in enumerate(zip(STEPS, ((-140, -90), (-90, -10), (-10, 20)), strict=True))
        ]
        then = self.at - timedelta(days=140)
        duty = responsibility.plan_steps(by=self.clerk, at=then, duty_id=duty_id, steps=drafts)
        first = responsibility.duty_view(self.clerk, duty.pk, on=self.today).steps[0]
        report = responsibility.Report(self._day(-95), DONE[self.word])
        responsibility.finish_step(by=self.machine, at=self.at - timedelta(days=95), step_id=first.pk, report=report)

    def _lectures(self, branch_id: int, owner: Any, *, confirmed: bool) -> None:
        duty = self._deploy(branch_id, "organisation", LECTURES, "number", -30, owner=owner)
        paper = ledger.Upload("lecture.txt", BytesIO(LECTURE[self.word].encode()))
        report = responsibility.Report(self._day(-33), DONE[self.word], "2", [paper])
        then = self.at - timedelta(days=33)
        responsibility.report_duty(by=self.machine, at=then, duty_id=duty.pk, report=report)
        if confirmed:
            responsibility.confirm_duty(by=self.clerk, at=then + timedelta(days=2), duty_id=duty.pk)

    def contacts(self) -> None:
        """Let leaders of organisations above contact branches; some were visited this quarter, one problem waits."""
        units = organisation.visible_units(self.machine).filter(as_organisation__kind="branch", parent__isnull=False)
        listed = [unit for unit in units.order_by("path")[:40] if self.terms.get(unit.parent_id or 0)][:12]
        for place, unit in enumerate(listed):
            leaders = self.terms[unit.parent_id or 0]
            leader = organisation.appointment_for(self.machine, leaders[place % min(3, len(leaders))].id)
            point = responsibility.assign_contact(
                by=self.clerk, at=self.at - timedelta(days=150), unit=unit, leader=leader,
                starts_on=max(self._day(-150), leader.starts_on),
            )  # fmt: skip
            if place % 3 != 2:
                self._record(point.pk, responsibility.RecordKind.VISIT, VISIT, 3)
            if place % 4 == 0:
                self._record(point.pk, responsibility.RecordKind.LECTURE, LECTURE, 20)
            if place in (0, 3):
                found = self._record(point.pk, responsibility.RecordKind.PROBLEM, PROBLEM, 18)
                if place == 3:
                    responsibility.solve_problem(
                        by=self.clerk, at=self.at, record_id=found.pk, on=self._day(-2), words=SOLVED[self.word]
                    )

    def _record(self, point_id: int, kind: responsibility.RecordKind, words: Both, ago: int) -> Any:
        day = self._day(-ago)
        due_on = self._day(12) if kind is responsibility.RecordKind.PROBLEM else None
        record = responsibility.Record(kind, day, words[self.word], "contact_point", due_on)
        return responsibility.record_contact(
            by=self.clerk, at=self.at - timedelta(days=ago), point_id=point_id, record=record
        )
