"""Letters of responsibility of this year: made from the template that ships, issued, and waiting for both signatures."""

from collections.abc import Mapping
from datetime import datetime

from plumbline.config.demo.structure import Structure
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.responsibility import api as responsibility

ISSUED = 24
"""Letters that are issued; the others are still drafts."""


def issue(*, by: Actor, at: datetime, structure: Structure, units: Mapping[str, int], first: str) -> int:
    """Make letters between the working committee and its branches, issue some, that of ``first`` among them; return how many."""
    shipped = responsibility.shipped_templates()["party_building"]
    template = responsibility.save_template(
        by=by, at=at, owner_id=units["QH"], code="party_building", level=responsibility.Level(shipped["level"]),
        name=shipped["name"], text=responsibility.read_text(shipped["text"]),
    )  # fmt: skip
    codes = [first, *(row["code"] for row in structure.branches() if row["code"] != first)]
    making = responsibility.Making(
        template.pk,
        clock.day_of(at).year,
        units["QH"],
        "secretary",
        tuple(units[code] for code in codes),
        ("secretary",),
    )
    made = responsibility.make_letters(by=by, at=at, making=making)
    wanted = {units[code] for code in codes[:ISSUED]}
    chosen = responsibility.visible_letters(by, on=clock.day_of(at)).filter(lower_unit__in=wanted).order_by("pk")
    for letter in chosen:
        responsibility.issue_letter(by=by, at=at, letter_id=letter.pk)
    return len(made.letter_ids)
