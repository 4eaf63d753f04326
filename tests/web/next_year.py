"""What the round of the pages' world leaves for the next year: a rectification list with one item confirmed, and targets."""

from datetime import date
from typing import Any

from plumbline.assessment import api as assessment
from plumbline.assessment.models import RectificationItem, Target
from tests.web import world


def prepare(tree: Any) -> None:
    """Draw up the lists of the tree's round, confirm one item, and suggest targets."""
    by, round_ = world.actor_of(tree.users["administrator"]), tree.objects["round"]
    assessment.draw_up(by=by, at=world.AT, round_id=round_.pk)
    item = RectificationItem.objects.filter(round=round_, node="1.2").get()
    assessment.confirm_items(by=by, at=world.AT, round_id=round_.pk, item_ids=[item.pk], due_on=date(2026, 12, 31))
    assessment.suggest_targets(by=by, at=world.AT, round_id=round_.pk)
    tree.objects |= {"item": item, "target": Target.objects.get(round=round_, node="1.2")}
