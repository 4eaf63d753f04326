"""Duties of the small world: a business aim of the branch, and a duty of the organisation line that serves it."""

from datetime import date
from typing import Any

from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility


def furnish(tree: Any, by: Any, at: Any) -> None:
    """Deploy two duties to the branch, the second owned by its secretary."""
    common = {"by": by, "at": at, "unit": tree.branch, "starts_on": date(2026, 1, 5), "due_on": date(2026, 12, 20)}
    aim = responsibility.deploy_duty(
        **common, line="business", title="全年档案数字化", why="县委常委会工作要点。", how="分四季度推进，每季通报。",
        extent_kind="number", extent_target="12000 卷",
    )  # fmt: skip
    tree.objects["aim"] = aim
    tree.objects["duty"] = responsibility.deploy_duty(
        **common, line="organisation", title="党员先锋岗带头攻坚", why="以党建促业务。", how="设岗定责，每月一评。",
        extent_kind="share", extent_target="90%", owner=tree.objects["appointment"], serves=aim,
    )  # fmt: skip
    leader = organisation.create_post(by=by, at=at, unit=tree.committee, code="L", title="副书记")
    member = organisation.enrol_member(
        by=by, at=at, organisation=tree.branch, number=f"{tree.branch.code}-0002", name="李强", on=date(2026, 1, 1)
    )
    term = organisation.appoint(by=by, at=at, post=leader, member=member, starts_on=date(2026, 1, 1))
    point = responsibility.assign_contact(by=by, at=at, unit=tree.branch, leader=term, starts_on=date(2026, 2, 1))
    visit = responsibility.Record(responsibility.RecordKind.VISIT, date(2026, 11, 3), "了解党员先锋岗运行情况。")
    tree.objects["contact"] = point
    tree.objects["contact_record"] = responsibility.record_contact(by=by, at=at, point_id=point.pk, record=visit)
