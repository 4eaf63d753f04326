"""The supervision slips of Qinghe: one that waits, one that was mended, one that nobody answered, and a talk."""

from datetime import datetime, timedelta
from typing import Final

from plumbline.config.demo import logins
from plumbline.config.demo.people import People
from plumbline.config.demo.structure import Structure
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation

Both = tuple[str, str]
"""A text in Chinese and in English."""

MINUTES: Final[Both] = (
    "上月支部委员会会议未召开。请补开会议，上传会议记录和签到表。",
    "The branch committee did not meet last month. Hold the meeting; file its record and the list of who came.",
)
LECTURE: Final[Both] = (
    "上半年党课未安排。请于期限前讲授党课一次，并上传讲稿和照片。",
    "No lecture was held in the first half-year. Hold one and file its text and a photo.",
)
LECTURE_ANSWER: Final[Both] = (
    "已由支部书记讲授党课一次，27人到课，讲稿和照片已归档。",
    "The secretary has held the lecture; 27 came; text and photos are filed.",
)
DUES: Final[Both] = (
    "连续两个月未按时收缴党费。请说明原因并补缴。",
    "Dues were not collected in time for two months. Say why, and collect them.",
)
TALK: Final[Both] = (
    "主题党日连续三个月亮红灯，约谈支部书记。",
    "The theme day showed red three months running: the secretary is asked to a talk.",
)
LIST: Final[Both] = (
    "督查发现台账不规范。请列出整改清单，逐项整改，逐项销号。",
    "A check found gaps in the records. Draw up a list, mend each item, and have it ticked off.",
)
FAULTS: Final[tuple[tuple[Both, Both], ...]] = (
    (
        ("三月党费收缴未公示", "The dues of March were not made public"),
        ("补公示并拍照存档", "Show them and file a photo"),
    ),
    (("支委会记录缺主持人签字", "Minutes of the committee lack the chair's signature"), ("逐份补签", "Sign each")),
)
COLLECTED: Final[Both] = (
    "已补公示五个工作日，照片已存档。",
    "They were shown for five working days; the photo is filed.",
)
BASIS: Final[Both] = ("《中国共产党支部工作条例（试行）》", "Regulation on the work of branches")


def run(*, at: datetime, locale: str, structure: Structure, people: People, units: dict[str, int]) -> None:
    """Issue the slips, answer and check one of them, record the talk, and let the rule propose what follows the late one."""
    word, clerk = int(locale != "zh"), logins.actor_of("administrator", at=at)
    show = logins.showcase_branch(people, structure)
    others = [str(row["code"]) for row in structure.branches() if row["code"] != show]
    kinds = obligation.SlipKind
    issue = _Issuer(clerk, at, word)
    mended = issue(units[show], kinds.WARNING, ("上半年党课未开展", "No lecture in the half-year"), LECTURE, 40, 10)
    own = logins.actor_of("secretary", at=at)
    obligation.answer_slip(by=own, at=at - timedelta(days=33), slip_id=mended, words=LECTURE_ANSWER[word])
    again = clock.day_of(at) + timedelta(days=3)
    obligation.accept_slip(by=clerk, at=at - timedelta(days=31), slip_id=mended, recheck_on=again)
    issue(units[show], kinds.REMINDER, ("支部委员会会议未开", "No committee meeting"), MINUTES, 3, 7)
    issue(units[others[2]], kinds.REMINDER, ("党费收缴不及时", "Dues came late"), DUES, 20, 7)
    talk = issue(units[others[4]], kinds.INTERVIEW, ("主题党日连续红灯", "Theme day red three times"), TALK, 15, 7)
    held = at - timedelta(days=10)
    obligation.record_talk(by=clerk, at=held, slip_id=talk, held_on=clock.day_of(held), outcome="pledged")
    _with_list(issue, own, units[show], word)
    obligation.propose_graver(by=Actor.system("demo"), at=at)


def _with_list(issue: "_Issuer", own: Actor, unit_id: int, word: int) -> None:
    """Order the showcase branch to rectify two faults; the first is reported as mended and waits to be ticked off."""
    title = ("党建台账不规范", "Gaps in the records")
    order = issue(unit_id, obligation.SlipKind.ORDER, title, LIST, 8, 20)
    then = issue.at - timedelta(days=6)
    items = [
        obligation.add_item(
            by=own, at=then, slip_id=order,
            draft=obligation.ItemDraft(
                text[word], clock.day_of(then) + timedelta(days=10 + 8 * place), how[word], own.user_id
            ),
        )
        for place, (text, how) in enumerate(FAULTS)
    ]  # fmt: skip
    obligation.report_item(by=own, at=issue.at - timedelta(days=2), item_id=items[0].pk, words=COLLECTED[word])


class _Issuer:
    """Issues slips in the clerk's name, so many days before now."""

    def __init__(self, clerk: Actor, at: datetime, word: int) -> None:
        self.clerk, self.at, self.word = clerk, at, word

    def __call__(self, unit_id: int, kind: obligation.SlipKind, title: Both, words: Both, ago: int, days: int) -> int:
        """Issue one slip and return its id; an answer is asked for within so many days."""
        then = self.at - timedelta(days=ago)
        due_on = clock.day_of(then) + timedelta(days=days)
        draft = obligation.SlipDraft(kind, title[self.word], words[self.word], due_on, BASIS[self.word])
        return obligation.issue_slip(by=self.clerk, at=then, unit_id=unit_id, draft=draft).pk
