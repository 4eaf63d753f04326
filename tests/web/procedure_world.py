"""Procedures and cases of the small world: one procedure in use, a draft of it, a case under way with figures."""

from datetime import timedelta
from typing import Any

from plumbline.procedure import api as procedures


def furnish(tree: Any, by: Any, at: Any) -> None:
    """Give the tree a procedure with a draft and a case."""
    version = procedures.take_shipped(by=by, at=at, committee_id=tree.committee.pk, code="reported_problem")
    draft = procedures.start_draft(by=by, at=at, committee_id=tree.committee.pk, version_id=version.pk)
    case = procedures.open_case(
        by=by,
        at=at - timedelta(days=3),
        procedure_id=version.procedure_id,
        unit_id=tree.branch.pk,
        title="会议室灯坏了",
    )
    answers = {"came_by": "0", "who": "李雷"}
    procedures.complete_step(by=by, at=at, case_id=case.pk, step="register", answers=answers)
    today = at.date()
    procedures.keep_figures(
        by=by, at=at, committee_id=tree.committee.pk, from_on=today - timedelta(days=365), until_on=today
    )
    tree.objects |= {"procedure": version.procedure, "procedure_draft": draft, "case": case}
