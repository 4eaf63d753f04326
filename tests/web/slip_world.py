"""Slips of the small world: a reminder to the branch, and an order with one fault on its list."""

from datetime import timedelta
from typing import Any

from plumbline.obligation import api as obligation


def furnish(tree: Any, by: Any, at: Any) -> None:
    """Give the tree a reminder that waits for its answer, and an order whose list names one fault."""
    draft = obligation.SlipDraft(
        obligation.SlipKind.REMINDER,
        "十月支部委员会会议未开",
        "请于期限前补开并上传记录。",
        at.date() + timedelta(days=7),
    )
    tree.objects["slip"] = obligation.issue_slip(by=by, at=at, unit_id=tree.branch.pk, draft=draft)
    order = obligation.SlipDraft(
        obligation.SlipKind.ORDER, "党费收缴不规范", "请列出整改清单,逐项整改。", at.date() + timedelta(days=20)
    )
    tree.objects["order"] = obligation.issue_slip(by=by, at=at, unit_id=tree.branch.pk, draft=order)
    fault = obligation.ItemDraft("三月党费未按月缴纳", at.date() + timedelta(days=10), "补缴并公示")
    tree.objects["fault"] = obligation.add_item(by=by, at=at, slip_id=tree.objects["order"].pk, draft=fault)
