"""What the round of the pages' world leaves for the next year: a list with one item confirmed, targets, a file of facts."""

from datetime import date
from typing import Any

from plumbline.assessment import api as assessment
from plumbline.assessment.models import RectificationItem, Target
from plumbline.ledger import api as ledger
from tests.web import world


def prepare(tree: Any) -> None:
    """Draw up the lists of the tree's round, confirm one item, suggest targets, and pass facts up and in again."""
    by, round_ = world.actor_of(tree.users["administrator"]), tree.objects["round"]
    assessment.draw_up(by=by, at=world.AT, round_id=round_.pk)
    item = RectificationItem.objects.filter(round=round_, node="1.2").get()
    assessment.confirm_items(by=by, at=world.AT, round_id=round_.pk, item_ids=[item.pk], due_on=date(2026, 12, 31))
    assessment.suggest_targets(by=by, at=world.AT, round_id=round_.pk)
    year = {"from_": date(2026, 1, 1), "until": date(2026, 12, 31)}
    made = ledger.pass_up(by=by, at=world.AT, committee_id=tree.committee.pk, kinds=["meeting.held"], **year)
    passed = ledger.begin_intake(
        by=by, at=world.AT, sender_unit_id=tree.committee.pk, name=made.name, content=made.content
    )
    tree.objects["passed"] = passed
    tree.objects |= {"item": item, "target": Target.objects.get(round=round_, node="1.2")}
