"""What the small world's round was found to be on site: a team, a finding with its answer, a declared conflict."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round
from plumbline.organisation import api as organisation

if TYPE_CHECKING:
    from tests.web.world import Tree

AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def inspect(tree: "Tree", round_: Round) -> None:
    """Let the tree's assessor inspect its branch."""
    boss, assessor, secretary = (
        organisation.resolve_actor(tree.users[role], at=AT) for role in ("administrator", "assessor", "secretary")
    )
    branch, day = tree.branch.pk, AT.date()
    assessment.plan_inspection(by=boss, at=AT, round_id=round_.pk, from_on=day, until_on=day, shown="at_once")
    team = assessment.save_team(
        by=boss, at=AT, round_id=round_.pk, name="第一检查组", member_ids=[tree.users["assessor"].pk]
    )
    assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[branch], team_id=team.pk)
    draft = assessment.FindingDraft("1.1", "no_plan", AT, note="未见年度计划。", place="档案室")
    receipt = assessment.record_finding(
        by=assessor, at=AT, key=UUID(int=round_.pk), round_id=round_.pk, unit_id=branch, draft=draft
    )
    assessment.answer_finding(by=secretary, at=AT, finding_id=receipt.finding_id, words="计划已张贴在公示栏。")
    conflict = assessment.declare_conflict(by=assessor, at=AT, unit_id=tree.department.pk, reason="亲属在该单位工作")
    tree.objects |= {"team": team, "finding": receipt, "conflict": conflict}
