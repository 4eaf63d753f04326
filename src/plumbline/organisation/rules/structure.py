"""Limits of an organisation's structure, and what is said where one is broken (DOMAIN 3.3). Pure.

The limits are data: an installation may use its own; the shipped ones are those of the source.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from plumbline.organisation.rules.terms import term_light


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of DOMAIN 3.3; all are inclusive unless the name says otherwise."""

    branch_least: int = 3
    branch_most: int = 50
    groups_above: int = 30
    group_least: int = 3
    branch_committee_from: int = 7
    branch_committee: tuple[int, int, int] = (3, 5, 7)
    joint_most: int = 5
    general_branch_least: int = 50
    general_branch_most: int = 100
    general_branch_committee: tuple[int, int, int] = (5, 7, 9)
    committee_least: int = 100
    committee_seats: tuple[int, int, int] = (5, 9, 9)

    def seats_of(self, kind: str) -> tuple[int, int, int]:
        """Return the least, the usual most and the utmost number of members of a committee."""
        return {"branch": self.branch_committee, "general_branch": self.general_branch_committee}.get(
            kind, self.committee_seats
        )


SHIPPED_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class TermEnd:
    """A post that somebody holds or held last, and the day that term runs out."""

    post: str
    ends_on: date | None
    is_held: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """What an organisation looks like on a day: counts include its sub-units.

    ``seats_held`` counts the members who hold a post in it (its committee); ``departments`` those a joint branch covers.
    """

    unit_id: int
    kind: str
    full_members: int
    members: int
    groups: int = 0
    seats_held: int = 0
    departments: int = 0
    is_joint: bool = False
    is_scattered: bool = False
    size_approval: str = ""
    terms: tuple[TermEnd, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class StructureWarning:
    """A limit that is broken: ``code`` for filters, ``message`` for people, ``is_urgent`` where a minimum is missed."""

    unit_id: int
    code: str
    message: str
    is_urgent: bool = False


def structure_warnings(shape: Shape, *, on: date, limits: Limits = SHIPPED_LIMITS) -> tuple[StructureWarning, ...]:
    """Return every limit that an organisation breaks on a day, the urgent ones first."""
    found = [*_size(shape, limits), *_groups(shape, limits), *_committee(shape, limits), *_terms(shape, on)]
    return tuple(sorted(found, key=lambda warning: not warning.is_urgent))


def _size(shape: Shape, limits: Limits) -> Iterable[StructureWarning]:
    if shape.kind == "branch":
        yield from _branch_size(shape, limits)
    elif shape.kind == "group" and shape.members < limits.group_least:
        text = _("{count} members: a group has at least {least}.")
        yield _broken(shape, "group_small", text, count=shape.members, least=limits.group_least)
    elif shape.size_approval:
        return
    elif shape.kind == "general_branch":
        least, most = limits.general_branch_least, limits.general_branch_most
        if not least <= shape.members <= most:
            text = _(
                "{count} members: a general branch generally has {least} to {most}; record the approval if it stays."
            )
            yield _broken(shape, "general_branch_size", text, count=shape.members, least=least, most=most)
    elif shape.kind == "committee" and shape.members < limits.committee_least:
        text = _("{count} members: a committee generally has {least} or more; record the approval if it stays.")
        yield _broken(shape, "committee_small", text, count=shape.members, least=limits.committee_least)


def _broken(shape: Shape, code: str, text: str, *, urgent: bool = False, **values: int) -> StructureWarning:
    return StructureWarning(shape.unit_id, code, text.format(**values), urgent)


def _branch_size(shape: Shape, limits: Limits) -> Iterable[StructureWarning]:
    full, members = shape.full_members, shape.members
    if full < limits.branch_least:
        text = ngettext(
            "Only {count} full member: a branch needs at least {least}; found a joint branch or merge it.",
            "Only {count} full members: a branch needs at least {least}; found a joint branch or merge it.",
            full,
        )
        yield _broken(shape, "branch_small", text, urgent=True, count=full, least=limits.branch_least)
    if members > limits.branch_most and not shape.size_approval:
        text = _("{count} members: a branch generally has no more than {most}; split it or record the approval.")
        yield _broken(shape, "branch_large", text, count=members, most=limits.branch_most)
    if shape.is_joint and shape.departments > limits.joint_most:
        text = _("Covers {count} departments: a joint branch covers at most {most}.")
        yield _broken(shape, "joint_wide", text, count=shape.departments, most=limits.joint_most)


def _groups(shape: Shape, limits: Limits) -> Iterable[StructureWarning]:
    if shape.kind != "branch" or shape.groups:
        return
    if shape.members > limits.groups_above:
        text = _("{count} members and no groups: with more than {most} a branch should form groups.")
        yield StructureWarning(
            shape.unit_id, "groups_missing", text.format(count=shape.members, most=limits.groups_above)
        )
    elif shape.is_scattered and shape.members >= 2 * limits.group_least:
        yield StructureWarning(
            shape.unit_id,
            "groups_missing",
            _("Its members work far apart and it has no groups: it should form groups."),
        )


def _committee(shape: Shape, limits: Limits) -> Iterable[StructureWarning]:
    if shape.kind == "group" or (shape.kind == "branch" and shape.full_members < limits.branch_committee_from):
        if shape.kind == "branch" and not shape.seats_held:
            yield StructureWarning(
                shape.unit_id, "no_secretary", _("Nobody holds a post here: a small branch has a secretary."), True
            )
        return
    least, usual, utmost = limits.seats_of(shape.kind)
    held = shape.seats_held
    if not held:
        text = _("No committee: with {count} full members it has one of {least} to {most}.")
        values = {"count": shape.full_members, "least": least, "most": usual}
        yield StructureWarning(shape.unit_id, "committee_missing", text.format(**values), True)
    elif held < least:
        text = _("Its committee has {count} members: at least {least} are needed.")
        yield StructureWarning(shape.unit_id, "committee_short", text.format(count=held, least=least))
    elif held > utmost:
        text = _("Its committee has {count} members: at most {most} are allowed.")
        yield StructureWarning(shape.unit_id, "committee_long", text.format(count=held, most=utmost))
    elif held > usual and not shape.size_approval:
        text = _("Its committee has {count} members: generally {least} to {usual}, at most {most}.")
        values = {"count": held, "least": least, "usual": usual, "most": utmost}
        yield StructureWarning(shape.unit_id, "committee_large", text.format(**values))


def _terms(shape: Shape, on: date) -> Iterable[StructureWarning]:
    ended = [t for t in shape.terms if term_light(t.ends_on, on=on) == "ended"]
    ending = [t for t in shape.terms if term_light(t.ends_on, on=on) == "ending"]
    if ended:
        text = _("The term ended on {day} and nobody was elected anew: {posts}.")
        first = min(t.ends_on for t in ended if t.ends_on)
        posts = _listed(ended)
        yield StructureWarning(shape.unit_id, "term_ended", text.format(day=first.isoformat(), posts=posts), True)
    if ending:
        text = _("The term ends on {day}: prepare the election ({posts}).")
        first = min(t.ends_on for t in ending if t.ends_on)
        posts = _listed(ending)
        yield StructureWarning(shape.unit_id, "term_ending", text.format(day=first.isoformat(), posts=posts))


def _listed(terms: Iterable[TermEnd]) -> str:
    """Return the posts of some terms, each once."""
    return pgettext("between the items of a list", ", ").join(dict.fromkeys(term.post for term in terms))
