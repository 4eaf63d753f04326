"""The roster as it stands: read whole in a fixed number of SQL statements, exported, and looked up by code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from plumbline.kernel import sheets
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import User
from plumbline.organisation.models import (
    Appointment,
    Department,
    Member,
    Organisation,
    Post,
    PostDuty,
    RoleGrant,
    RosterUpload,
    Unit,
)
from plumbline.organisation.rules import roster as rules
from plumbline.organisation.rules.roster import Language, Record, RosterState

EXPORT_ROLES = ("administrator", "secretary", "auditor")
"""Who may read the roster of the units in reach; only an administrator may import one."""

Codes = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A member as other areas know one: by number, pseudonym and organisation."""

    member_id: int
    pseudonym: UUID
    organisation_id: int


def members_by_numbers(numbers: Iterable[str]) -> dict[str, MemberRef]:
    """Return members by number in one statement; unknown numbers are left out."""
    rows = Member.objects.filter(number__in=list(numbers)).values_list("number", "pk", "pseudonym", "organisation_id")
    return {number: MemberRef(pk, pseudonym, unit) for number, pk, pseudonym, unit in rows}


def current_state() -> RosterState:
    """Return everything that a roster can say, as it stands; twelve SQL statements whatever the size."""
    codes: Codes = dict(Unit.objects.values_list("pk", "code"))
    return RosterState(
        {
            rules.ORGANISATIONS: _keyed(rules.ORGANISATIONS, _organisations(codes)),
            rules.DEPARTMENTS: _keyed(rules.DEPARTMENTS, _departments(codes)),
            rules.MEMBERS: _keyed(rules.MEMBERS, _members(codes)),
            rules.POSTS: _keyed(rules.POSTS, _posts(codes)),
            rules.TERMS: _keyed(rules.TERMS, _terms(codes)),
            rules.ROLES: _keyed(rules.ROLES, _roles(codes)),
            rules.ACCOUNTS: _accounts(),
        }
    )


def _keyed(table: str, records: Iterable[Record]) -> dict[tuple[str, ...], Record]:
    return {rules.key_of(table, record): record for record in records}


def _code(codes: Codes, unit_id: int | None) -> str:
    return codes[unit_id] if unit_id is not None else ""


def _organisations(codes: Codes) -> Iterable[Record]:
    covered: dict[int, list[str]] = {}
    for organisation_id, department_id in Organisation.joint_departments.through.objects.values_list(
        "organisation_id", "department_id"
    ):
        covered.setdefault(organisation_id, []).append(codes[department_id])
    for row in Organisation.objects.all():
        yield {
            "code": row.code, "name": row.name, "short_name": row.short_name, "kind": str(row.kind),
            "parent": _code(codes, row.parent_id), "department": _code(codes, row.department_id),
            "is_joint": row.is_joint, "joint_departments": tuple(sorted(covered.get(row.pk, ()))),
            "is_scattered": row.is_scattered, "size_approval": row.size_approval, "term_years": row.term_years,
            "founded_on": row.founded_on, "closed_on": row.closed_on,
        }  # fmt: skip


def _departments(codes: Codes) -> Iterable[Record]:
    for row in Department.objects.all():
        yield {
            "code": row.code, "name": row.name, "short_name": row.short_name, "klass": row.klass,
            "parent": _code(codes, row.parent_id), "founded_on": row.founded_on, "closed_on": row.closed_on,
        }  # fmt: skip


def _members(codes: Codes) -> Iterable[Record]:
    names = ("number", "name", "status", "born_on", "joined_on", "full_on", "phone")
    for row in Member.objects.filter(erased_at=None).values(*names, "organisation_id").iterator():
        yield {**{name: row[name] for name in names}, "organisation": codes[row["organisation_id"]]}


def _posts(codes: Codes) -> Iterable[Record]:
    duties: dict[tuple[int, str], list[str]] = {}
    for post_id, line, text in PostDuty.objects.order_by("post_id", "line", "position", "pk").values_list(
        "post_id", "line", "text"
    ):
        duties.setdefault((post_id, line), []).append(text)
    for pk, unit_id, code, title, seats in Post.objects.values_list("pk", "unit_id", "code", "title", "seats"):
        yield {
            "unit": codes[unit_id], "code": code, "title": title, "seats": seats,
            "business": tuple(duties.get((pk, "business"), ())),
            "organisation": tuple(duties.get((pk, "organisation"), ())),
        }  # fmt: skip


def _terms(codes: Codes) -> Iterable[Record]:
    names = ("post__unit_id", "post__code", "member__number", "starts_on", "ends_on", "basis", "end_reason")
    for unit_id, code, member, starts_on, ends_on, basis, reason in Appointment.objects.filter(
        member__erased_at=None
    ).values_list(*names):
        yield {
            "unit": codes[unit_id], "code": code, "member": member, "starts_on": starts_on, "ends_on": ends_on,
            "basis": basis, "end_reason": reason,
        }  # fmt: skip


def _roles(codes: Codes) -> Iterable[Record]:
    numbers = dict(Member.objects.exclude(user=None).values_list("user_id", "number"))
    names = ("user_id", "user__username", "user__display_name", "role", "unit_id", "starts_on", "ends_on")
    for user_id, account, name, role, unit_id, starts_on, ends_on in RoleGrant.objects.values_list(*names):
        yield {
            "account": account, "role": role, "unit": codes[unit_id], "name": name,
            "member": numbers.get(user_id, ""), "starts_on": starts_on, "ends_on": ends_on,
        }  # fmt: skip


def _accounts() -> dict[tuple[str, ...], Record]:
    numbers = dict(Member.objects.exclude(user=None).values_list("user_id", "number"))
    rows = User.objects.values_list("pk", "username", "display_name")
    return {(username,): {"name": name, "member": numbers.get(pk, "")} for pk, username, name in rows}


def codes_in_reach(actor: Actor, *roles: str) -> frozenset[str] | None:
    """Return the codes of the units over which the actor holds one of ``roles``; None for all of them."""
    if actor.is_superuser:
        return None
    paths = actor.paths_for(*roles)
    rows = Unit.objects.values_list("code", "path")
    return frozenset(code for code, path in rows if any(path.startswith(prefix) for prefix in paths))


def check_export_roster(actor: Actor) -> None:
    """Raise NotPermitted where the actor may read no roster."""
    if not actor.paths_for(*EXPORT_ROLES):
        raise NotPermitted("organisation.export_roster")


def check_import_roster(by: Actor) -> None:
    """Raise NotPermitted where the actor administers nothing."""
    if not by.paths_for("administrator"):
        raise NotPermitted("organisation.import_roster")


def roster_uploads(by: Actor) -> QuerySet[RosterUpload]:
    """Return the actor's own files, the newest first, without their contents."""
    check_import_roster(by)
    return RosterUpload.objects.filter(uploaded_by=by.pseudonym).defer("content")


def roster_upload(by: Actor, upload_id: int) -> RosterUpload:
    """Return a file of the actor's own. Raises NotPermitted for one of somebody else, or one that is not there."""
    check_import_roster(by)
    upload = RosterUpload.objects.filter(pk=upload_id).first()
    if upload is None or (upload.uploaded_by != by.pseudonym and not by.is_superuser):
        raise NotPermitted("organisation.import_roster", f"roster:{upload_id}")
    return upload


def export_roster(actor: Actor, language: Language) -> bytes:
    """Return the roster of what the actor reaches as a workbook that imports again without loss.

    Raises NotPermitted where the actor reaches nothing.
    """
    check_export_roster(actor)
    reach = codes_in_reach(actor, *EXPORT_ROLES)
    return workbook_of(within(current_state(), reach), language)


def within(state: RosterState, reach: frozenset[str] | None) -> RosterState:
    """Return the part of a state that lies within reach; accounts of others are left out with their grants."""
    if reach is None:
        return state
    place = {rules.ORGANISATIONS: "code", rules.DEPARTMENTS: "code", rules.MEMBERS: "organisation"}
    return RosterState(
        {
            table: {k: r for k, r in state.of(table).items() if r[place.get(table, "unit")] in reach}
            for table in rules.TABLES
        }
    )


def workbook_of(state: RosterState, language: Language) -> bytes:
    """Return a state as a workbook."""
    return sheets.write_workbook(
        [
            sheets.Sheet(spec.title(language), rules.headings(spec, language), rules.sheet_rows(state, spec, language))
            for spec in rules.SHEETS
        ]
    )


def roster_template(language: Language) -> bytes:
    """Return an empty workbook with all sheets and headings, and a sheet that explains each column."""
    title, headings, rows = rules.guide_rows(language)
    pages = [sheets.Sheet(spec.title(language), rules.headings(spec, language), []) for spec in rules.SHEETS]
    return sheets.write_workbook([*pages, sheets.Sheet(title, headings, rows)])
