"""A slip of the small world: a reminder to the branch."""

from datetime import timedelta
from typing import Any

from plumbline.obligation import api as obligation


def furnish(tree: Any, by: Any, at: Any) -> None:
    """Give the tree a reminder that waits for its answer."""
    draft = obligation.SlipDraft(
        obligation.SlipKind.REMINDER,
        "十月支部委员会会议未开",
        "请于期限前补开并上传记录。",
        at.date() + timedelta(days=7),
    )
    tree.objects["slip"] = obligation.issue_slip(by=by, at=at, unit_id=tree.branch.pk, draft=draft)
