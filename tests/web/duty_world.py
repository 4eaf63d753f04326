"""Duties of the small world: a business aim of the branch, and a duty of the organisation line that serves it."""

from datetime import date
from typing import Any

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
