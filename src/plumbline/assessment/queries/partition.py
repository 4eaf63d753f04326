"""What a round can be made of: the kinds of organisation and classes of department under a committee, with their sizes."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from plumbline.assessment.models import Round, RoundUnit
from plumbline.assessment.rules.rounds import ClassSelection
from plumbline.kernel.actor import Actor, narrowest
from plumbline.organisation import api as organisation

KINDS = ("working_committee", "committee", "general_branch", "branch", "group")
"""The kinds of organisation (organisation.models.OrganisationKind) in the order in which classes are offered."""


MOST_POSTS = 40
"""Titles of posts offered: those that most people hold."""


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """One class to choose: its key in a form, the selection that it stands for, and how many units it holds."""

    key: str
    selection: ClassSelection
    units: int


@dataclass(frozen=True, slots=True)
class CommitteeRef:
    """A committee that the actor administers."""

    id: int
    name: str
    path: str


def committees(actor: Actor, *, on: date) -> list[CommitteeRef]:
    """Return the topmost units that the actor administers; one SQL statement."""
    reach = organisation.visible_units(actor, on=on)
    paths = narrowest(actor.paths_for("administrator"))
    found = reach.filter(parent=None) if paths == ("/",) else reach.filter(path__in=paths)
    return [CommitteeRef(unit.pk, str(unit), unit.path) for unit in found.order_by("code")]


def class_choices(actor: Actor, committee: CommitteeRef, *, on: date) -> list[ClassChoice]:
    """Return the classes that can be made below a committee, with their sizes; three SQL statements."""
    below = organisation.visible_units(actor, on=on).filter(path__startswith=committee.path).exclude(pk=committee.id)
    below = below.order_by()
    kinds = dict(below.exclude(as_organisation=None).values_list("as_organisation__kind").annotate(units=Count("pk")))
    classes = dict(below.exclude(as_department=None).values_list("as_department__klass").annotate(units=Count("pk")))
    found = [
        ClassChoice(f"kind:{kind}", ClassSelection(kind, committee.id, (kind,)), kinds[kind])
        for kind in KINDS
        if kinds.get(kind)
    ]
    found += [
        ClassChoice(f"department:{name}", ClassSelection(name, committee.id, (), name), classes[name])
        for name in sorted(classes)
        if name
    ]
    posts = organisation.term_posts(committee.path, on=on)
    return found + [
        ClassChoice(f"post:{one.title}", ClassSelection(one.title[:60], committee.id, post=one.title), one.terms)
        for one in posts[:MOST_POSTS]
    ]


def chosen_keys(round_: Round, choices: list[ClassChoice]) -> list[str]:
    """Return the keys of the choices that the round's classes stand for; one SQL statement."""
    classes = set(RoundUnit.objects.filter(round=round_).values_list("klass", flat=True))
    return [choice.key for choice in choices if choice.selection.klass in classes]
