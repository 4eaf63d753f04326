"""A letter of responsibility of the small world, made from a template that comes with the application."""

from typing import Any

from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility

BY = Actor.system("test")


def furnish(tree: Any, at: Any) -> None:
    """Save a template of the committee, and make a letter between the committee and its branch."""
    shipped = responsibility.shipped_templates()["party_building"]
    made = responsibility.save_template(
        by=BY, at=at, owner_id=tree.committee.pk, code="year", level=responsibility.Level.UNIT, name=shipped["name"],
        text=responsibility.read_text(shipped["text"]),
    )  # fmt: skip
    for unit in (tree.committee, tree.branch):
        if not any(one.code == "letters" for one in organisation.posts_of(unit, on=at.date())):
            organisation.create_post(by=BY, at=at, unit=unit, code="letters", title="书记（签约）")
    making = responsibility.Making(made.pk, 2026, tree.committee.pk, "letters", (tree.branch.pk,), ("letters",))
    tree.objects["letter_template"] = made
    tree.objects["letter"] = next(iter(responsibility.make_letters(by=BY, at=at, making=making).letter_ids))
