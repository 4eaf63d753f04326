"""What the page of a unit shows, and the rows that its forms work on; each within the actor's reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation.models import (
    Appointment,
    Department,
    Exclusion,
    Member,
    Organisation,
    Post,
    RoleGrant,
    Unit,
    UnitCategory,
    UnitChange,
)
from plumbline.organisation.permissions import ALLOWED
from plumbline.organisation.queries.listing import UnitRow
from plumbline.organisation.queries.members import member_for
from plumbline.organisation.queries.posts import PostCard, posts_of
from plumbline.organisation.queries.structure import Headcount, ids_of, shapes
from plumbline.organisation.queries.units import below, standing, unit_for, visible_units
from plumbline.organisation.rules.structure import StructureWarning, structure_warnings
from plumbline.organisation.rules.terms import years_for

MEMBERS_SHOWN = 12
CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Above:
    """A unit on the way from the top; ``is_open`` where the actor may open its page."""

    id: int
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything that the page of a unit shows."""

    unit: Organisation | Department
    above: tuple[Above, ...]
    heads: Headcount
    children: tuple[UnitRow, ...]
    members: tuple[Member, ...]
    own_members: int
    posts: tuple[PostCard, ...]
    warnings: tuple[StructureWarning, ...]
    changes: tuple[UnitChange, ...]
    history: tuple[audit.AuditRow, ...]

    @property
    def is_organisation(self) -> bool:
        """True for an organisation, false for a department."""
        return isinstance(self.unit, Organisation)


def concrete(unit: Unit) -> Organisation | Department:
    """Return a unit with the part of its kind; one SQL statement."""
    if unit.category == UnitCategory.DEPARTMENT:
        return Department.objects.select_related("parent").get(pk=unit.pk)
    return Organisation.objects.select_related("parent", "department").get(pk=unit.pk)


def unit_page(actor: Actor, unit_id: int, *, on: date) -> UnitPage:
    """Return the page of a unit; about twenty SQL statements, however large the unit. Raises NotPermitted."""
    unit = concrete(unit_for(actor, unit_id))
    shown = [unit.pk, *Unit.objects.filter(parent_id=unit.pk).values_list("pk", flat=True)]
    found = shapes(Organisation.objects.filter(path__startswith=unit.path), on=on, only=shown)
    heads = {shape.unit_id: Headcount(shape.full_members, shape.members - shape.full_members) for shape in found}
    warned = {shape.unit_id: structure_warnings(shape, on=on) for shape in found}
    own = Member.objects.filter(organisation_id=unit.pk).exclude(status="left")
    term_years = years_for(unit.kind, unit.term_years) if isinstance(unit, Organisation) else None
    return UnitPage(
        unit=unit,
        above=_above(actor, unit),
        heads=heads.get(unit.pk, Headcount()),
        children=_children(unit, on, heads, warned),
        members=tuple(own.select_related("organisation").order_by("stroke_key", "number")[:MEMBERS_SHOWN]),
        own_members=own.count(),
        posts=tuple(posts_of(unit, on=on, term_years=term_years)),
        warnings=warned.get(unit.pk, ()),
        changes=tuple(changes_of(unit)),
        history=tuple(audit.history(f"unit:{unit.pk}", limit=20)),
    )


def _above(actor: Actor, unit: Unit) -> tuple[Above, ...]:
    ids = ids_of(unit.path)[:-1]
    names = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))
    may_open = set(visible_units(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return tuple(Above(pk, names[pk], pk in may_open) for pk in ids if pk in names)


def _children(
    unit: Unit, on: date, heads: dict[int, Headcount], warned: dict[int, tuple[StructureWarning, ...]]
) -> tuple[UnitRow, ...]:
    rows = (
        standing(Unit.objects.filter(parent_id=unit.pk), on)
        .order_by("category", "code")
        .values_list("pk", "code", "name", "as_organisation__kind", "closed_on")
    )
    return tuple(
        UnitRow(pk, code, name, kind or "department", 0, "", closed, heads.get(pk, Headcount()), warned.get(pk, ()))
        for pk, code, name, kind, closed in rows
    )


def changes_of(unit: Unit) -> QuerySet[UnitChange]:
    """Return what happened to a unit in the tree, and whom it succeeded, newest first; one SQL statement."""
    return (
        UnitChange.objects.filter(Q(unit_id=unit.pk) | Q(successor_id=unit.pk))
        .select_related("unit", "successor", "from_parent", "to_parent")
        .order_by("-happened_on", "-id")[:CHANGES_SHOWN]
    )


def organisations_for(actor: Actor, action: str) -> QuerySet[Organisation]:
    """Return the standing organisations over which the actor may do ``action``, in order of their codes."""
    reach = below(actor.paths_for(*ALLOWED[action]))
    return Organisation.objects.filter(reach, closed_on=None).order_by("code")


def departments_for(actor: Actor, action: str) -> QuerySet[Department]:
    """Return the standing departments over which the actor may do ``action``, in order of their codes."""
    return Department.objects.filter(below(actor.paths_for(*ALLOWED[action])), closed_on=None).order_by("code")


def members_for(actor: Actor, action: str) -> QuerySet[Member]:
    """Return the members who have not left and over whose organisation the actor may do ``action``."""
    reach = below(actor.paths_for(*ALLOWED[action]), "organisation__path")
    return Member.objects.filter(reach).exclude(status="left").order_by("number")


def post_for(actor: Actor, post_id: int) -> Post:
    """Return a post of a unit that the actor may read. Raises NotPermitted."""
    post = Post.objects.select_related("unit").filter(pk=post_id).first()
    if post is None:
        raise NotPermitted("organisation.read_unit", f"post:{post_id}")
    unit_for(actor, post.unit_id)
    return post


def appointment_for(actor: Actor, appointment_id: int) -> Appointment:
    """Return a term of a unit that the actor may read. Raises NotPermitted."""
    found = Appointment.objects.select_related("post__unit", "member").filter(pk=appointment_id).first()
    if found is None:
        raise NotPermitted("organisation.read_unit", f"appointment:{appointment_id}")
    unit_for(actor, found.post.unit_id)
    return found


def exclusion_for(actor: Actor, exclusion_id: int) -> Exclusion:
    """Return an exclusion of a member that the actor may see. Raises NotPermitted."""
    found = Exclusion.objects.select_related("member__organisation").filter(pk=exclusion_id).first()
    if found is None:
        raise NotPermitted("organisation.read_member", f"exclusion:{exclusion_id}")
    member_for(actor, found.member_id)
    return found


def grant_for(actor: Actor, grant_id: int) -> RoleGrant:
    """Return a grant over which the actor may decide. Raises NotPermitted."""
    reach = below(actor.paths_for(*ALLOWED["organisation.revoke_role"]), "unit__path")
    found = RoleGrant.objects.filter(reach, pk=grant_id).select_related("unit", "user").first()
    if found is None:
        raise NotPermitted("organisation.revoke_role", f"grant:{grant_id}")
    return found


def grants_over(unit: Unit) -> QuerySet[RoleGrant]:
    """Return every grant that reaches a unit, from the top down; one SQL statement."""
    return (
        RoleGrant.objects.filter(unit__in=ids_of(unit.path))
        .select_related("user", "unit")
        .order_by("unit__path", "role", "user__username")
    )


def field_words() -> Mapping[str, object]:
    """Return the words for the fields that the audit names, from the tables themselves."""
    tables = (Exclusion, Appointment, RoleGrant, Post, Member, Department, Organisation)
    return {
        field.name: field.verbose_name
        for table in tables
        for field in (*table._meta.fields, *table._meta.many_to_many)
        if field.verbose_name != field.name.replace("_", " ")
    } | {"parent": Unit._meta.get_field("parent").verbose_name}
