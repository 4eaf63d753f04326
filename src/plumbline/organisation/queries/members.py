"""Members as the actor may see them: fellow members by name, telephone and birth for the secretary and administrator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation.models import Appointment, Exclusion, Member, MemberStanding
from plumbline.organisation.permissions import READERS, can_read_contact, own_unit_ids
from plumbline.organisation.queries.electorate import exclusion_reasons
from plumbline.organisation.queries.listing import matching
from plumbline.organisation.queries.units import below
from plumbline.organisation.rules.standings import UNKNOWN_START

SORTS = {
    "number": ("number",),
    "pinyin": ("pinyin_key", "number"),
    "strokes": ("stroke_key", "number"),
    "organisation": ("organisation__code", "number"),
}
"""The orders that a list of members knows."""


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What to show: words (name, number, pinyin or initials), a status, one organisation with its sub-units."""

    words: str = ""
    status: str = ""
    unit_path: str = ""
    sort: str = "number"


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One line of a member's history; ``starts_on`` None where nobody knows the day."""

    starts_on: date | None
    organisation: str
    organisation_id: int
    came_from: str
    status: str
    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """One exclusion of a member, with the words of its reason."""

    id: int
    words: str
    approval: str
    approved_by: str
    starts_on: date
    ends_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term of office of a member."""

    post: str
    unit: str
    unit_id: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Everything that the page of a member shows; ``phone`` and ``born_on`` only where the actor may see them."""

    member: Member
    sees_contact: bool
    phone: str
    born_on: date | None
    standings: tuple[StandingRow, ...]
    exclusions: tuple[ExclusionRow, ...]
    terms: tuple[TermRow, ...]


def visible_members(actor: Actor) -> QuerySet[Member]:
    """Return the members below the actor's roles, those of the actor's own organisation, and the actor."""
    return Member.objects.filter(
        below(actor.paths_for(*READERS), "organisation__path")
        | Q(organisation__in=own_unit_ids(actor))
        | Q(pk=actor.member_id or 0)
    )


def member_for(actor: Actor, member_id: int) -> Member:
    """Return a member that the actor may see, with the organisation; one SQL statement.

    Raises NotPermitted where it is not theirs to see and where there is none: both look the same from outside.
    """
    found = visible_members(actor).select_related("organisation").filter(pk=member_id).first()
    if found is None:
        raise NotPermitted("organisation.read_member", f"member:{member_id}")
    return found


def member_list(actor: Actor, wanted: MemberFilter) -> QuerySet[Member]:
    """Return the members of the list in order, with their organisations; telephone and birth are not fetched."""
    rows = visible_members(actor).filter(erased_at=None)
    rows = rows.filter(status=wanted.status) if wanted.status else rows.exclude(status="left")
    if wanted.unit_path:
        rows = rows.filter(organisation__path__startswith=wanted.unit_path)
    if wanted.words.strip():
        rows = rows.annotate(joined=Replace(F("pinyin_key"), Value(" "), Value(""))).filter(
            matching(wanted.words, "number")
        )
    order = SORTS.get(wanted.sort, SORTS["number"])
    return rows.select_related("organisation").defer("phone", "born_on").order_by(*order)


def member_page(actor: Actor, member_id: int) -> MemberPage:
    """Return a member's page; five SQL statements. Raises NotPermitted."""
    member = member_for(actor, member_id)
    sees = can_read_contact(actor, member)
    return MemberPage(
        member=member,
        sees_contact=sees,
        phone=member.phone if sees else "",
        born_on=member.born_on if sees else None,
        standings=tuple(_standings(member)),
        exclusions=tuple(_exclusions(member)),
        terms=tuple(_terms(member)),
    )


def _standings(member: Member) -> Iterable[StandingRow]:
    rows = MemberStanding.objects.filter(member=member).select_related("organisation", "from_organisation")
    for row in rows:
        yield StandingRow(
            starts_on=None if row.starts_on == UNKNOWN_START else row.starts_on,
            organisation=row.organisation.name,
            organisation_id=row.organisation_id,
            came_from=row.from_organisation.name if row.from_organisation else "",
            status=row.get_status_display(),
            cause=row.get_cause_display(),
            reason=row.reason,
        )


def _exclusions(member: Member) -> Iterable[ExclusionRow]:
    words: Mapping[str, str] = {rule.code: str(rule.name) for rule in exclusion_reasons()}
    for row in Exclusion.objects.filter(member=member):
        yield ExclusionRow(
            id=row.pk,
            words=words.get(row.reason, row.reason),
            approval=row.approval,
            approved_by=row.approved_by,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            note=row.note,
        )


def _terms(member: Member) -> Iterable[TermRow]:
    rows = Appointment.objects.filter(member=member).select_related("post__unit").order_by("-starts_on")
    for row in rows:
        yield TermRow(row.post.title, row.post.unit.name, row.post.unit_id, row.starts_on, row.ends_on)
