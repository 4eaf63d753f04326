"""What ties people to units: the organisation's own knowledge, and what they declared."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from plumbline.assessment.models import ConflictDeclaration
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.rules.conflicts import DECLARED, SELF, Conflict
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation

HEARERS = ("administrator", "auditor")
"""The roles that read why others declared a conflict: it may be a private matter."""


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict as a page shows it; ``declaration_id`` and ``declared_at`` where somebody declared it."""

    person: str
    unit: str
    why: str
    declaration_id: int | None = None
    declared_at: datetime | None = None
    may_end: bool = False


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """What the declaration page shows: what ties the reader, and what others declared to whom the reader answers."""

    known: tuple[ConflictLine, ...]
    declared: tuple[ConflictLine, ...]
    others: tuple[ConflictLine, ...]


def conflicts_of(user_ids: Collection[int], *, on: date) -> list[Conflict]:
    """Return everything that ties these accounts to units on a day; seven SQL statements, none for nobody.

    Whoever may not judge a unit may not judge those who hold its posts, unless the unit itself assesses them; nobody judges
    their own term of office.
    """
    wanted = set(user_ids)
    if not wanted:
        return []
    found = [Conflict(tie.user_id, tie.unit_id, tie.kind, tie.detail) for tie in organisation.ties_of(wanted, on=on)]
    rows = ConflictDeclaration.objects.filter(user_id__in=wanted, ended_at=None).order_by("pk")
    declared = rows.values_list("user_id", "unit_id", "reason")
    found += [Conflict(user_id, unit_id, DECLARED, reason) for user_id, unit_id, reason in declared]
    terms = organisation.terms_of_units({one.unit_id for one in found})
    found += [replace(one, unit_id=term) for one in found for term in terms.get(one.unit_id, ())]
    return found + [Conflict(user_id, term, SELF) for user_id, term in organisation.terms_of_people(wanted)]


def tied_units(actor: Actor, on: date) -> frozenset[int]:
    """Return the units to which something ties the actor on a day; seven SQL statements, none for the machine."""
    return frozenset(one.unit_id for one in conflicts_of([actor.user_id] if actor.user_id else [], on=on))


def why(conflict: Conflict) -> str:
    """Return what ties the person to the unit, in words."""
    if conflict.kind == "post":
        return _("holds the post {post} there").format(post=conflict.detail)
    if conflict.kind == "role":
        role = organisation.Role(conflict.detail).label
        return _("has the account of its {role}").format(role=role)
    if conflict.kind == DECLARED:
        return _("declared a conflict: {reason}").format(reason=conflict.detail)
    return {
        SELF: _("is the one who is assessed"),
        "member": _("is a member there"),
        "above": _("is a member of an organisation within it"),
        "department": _("belongs to the organisation of this department"),
    }[conflict.kind]


def in_words(conflicts: Iterable[Conflict]) -> list[str]:
    """Return each conflict as a sentence that names person and unit; two SQL statements."""
    listed = list(conflicts)
    people, units = names_of_people({one.user_id for one in listed}), names_of_units({one.unit_id for one in listed})
    told = _("{person} may not inspect {unit}: {why}.")
    return [told.format(person=people[one.user_id], unit=units[one.unit_id], why=why(one)) for one in listed]


def names_of_people(user_ids: Collection[int]) -> Mapping[int, str]:
    """Return what accounts are called; one SQL statement."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(user_ids))}


def names_of_authors(pseudonyms: Collection[str]) -> Mapping[str, str]:
    """Return what those are called who recorded something; at most two SQL statements, none for nobody."""
    return ledger.names_of(pseudonyms) if pseudonyms else {}


def names_of_units(unit_ids: Collection[int]) -> Mapping[int, str]:
    """Return the names of units, whoever asks; one SQL statement."""
    every = organisation.assessable_units(Actor.system("assessment")).filter(pk__in=set(unit_ids))
    return dict(every.values_list("pk", "name"))


def conflict_page(actor: Actor, *, on: date) -> ConflictPage:
    """Return the declaration page of the actor; at most eleven SQL statements."""
    own = [one for one in conflicts_of([actor.user_id or 0], on=on) if one.kind != DECLARED]
    units = names_of_units({one.unit_id for one in own})
    known = tuple(ConflictLine("", units[one.unit_id], why(one)) for one in sorted(own) if one.unit_id in units)
    rows = ConflictDeclaration.objects.filter(ended_at=None).select_related("user", "unit")
    mine = tuple(_line(actor, row) for row in rows.filter(user_id=actor.user_id or 0))
    reach = under("unit__path", actor.paths_for(*HEARERS))
    return ConflictPage(
        known, mine, tuple(_line(actor, row) for row in rows.filter(reach).exclude(user_id=actor.user_id or 0))
    )


def _line(actor: Actor, row: ConflictDeclaration) -> ConflictLine:
    may_end = actor.holds(row.unit.path, "administrator")
    return ConflictLine(str(row.user), row.unit.name, row.reason, row.pk, row.declared_at, may_end)
