"""A small county with people in their posts: a working committee, a committee below it, two branches."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member, Organisation, Unit
from plumbline.procedure import api as procedures
from plumbline.procedure.rules.document import FormField, Procedure, Step, Who, Words

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""A Monday, ten in the morning in Shanghai."""
BY = Actor.system("tests")


@dataclass
class County:
    """Units, accounts and members by short names."""

    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    def actor(self, name: str, at: datetime = AT) -> Actor:
        """Return the actor of an account as it stands at an instant."""
        return organisation.resolve_actor(User.objects.get(username=name), at=at)


def build() -> County:
    """Make W (administrator, organiser, auditor) over K (organiser) over the branches B1, B2 (a secretary each)."""
    county, above = County(), None
    for code, kind in (("W", "working_committee"), ("K", "committee"), ("B1", "branch"), ("B2", "branch")):
        above = county.units.get("W" if code == "K" else "K")
        made = organisation.found_organisation(
            by=BY, at=AT, code=code, name=f"Unit {code}", kind=kind, founded_on=date(2020, 1, 1),
            parent=Organisation.objects.get(pk=above.pk) if above else None,
        )  # fmt: skip
        county.units[code] = Unit.objects.get(pk=made.pk)
    for name, role, code in (
        ("admin", "administrator", "W"), ("auditor", "auditor", "W"), ("top", "organiser", "W"), ("mid", "organiser", "K"),
        ("s1", "secretary", "B1"), ("s2", "secretary", "B2"),
    ):  # fmt: skip
        county.users[name] = account(county, name, role, code)
    branch = Organisation.objects.get(code="B1")
    member = organisation.enrol_member(
        by=BY, at=AT, organisation=branch, number="M1", name="Wang Min", on=date(2026, 1, 1)
    )
    county.users["m1"] = User.objects.create_user("m1", display_name="Wang Min")
    Member.objects.filter(pk=member.pk).update(user=county.users["m1"])
    county.members["m1"] = member
    return county


def account(county: County, name: str, role: str, code: str) -> User:
    """Make an account with one role on a unit."""
    user = User.objects.create_user(name, display_name=name.upper())
    organisation.grant_role(by=BY, at=AT, user=user, role=role, unit=county.units[code], starts_on=date(2026, 1, 1))
    return user


def step(code: str, *after: str, **more: Any) -> Step:
    """Return a short step."""
    return Step(code=code, title=Words(en=code.title(), zh=code), after=after, **more)


def forked(**more: Any) -> Procedure:
    """Return a procedure with a split and a join: ask, then look and hear side by side, then decide."""
    steps = (
        step("ask", limit=5),
        step("look", "ask", limit=10, who=Who(at="above", role="organiser")),
        step("hear", "ask", limit=3, key=False, repeats=True),
        step("decide", "look", "hear", limit=5, who=Who(at="top", role="organiser")),
    )
    return Procedure(**({"code": "forked", "title": Words(en="Forked", zh="分支"), "steps": steps, "limit": 20} | more))


def issue(county: County, procedure: Procedure | None = None) -> procedures.ProcedureVersion:
    """Issue a procedure for the whole county and return its version."""
    by = county.actor("admin")
    text = procedures.yaml_text.dump(procedure or forked())
    draft = procedures.start_draft(by=by, at=AT, committee_id=county.units["W"].pk, text=text)
    return procedures.issue_draft(by=by, at=AT, draft_id=draft.pk)


def opened(county: County, version: procedures.ProcedureVersion | None = None, **more: Any) -> procedures.Case:
    """Open a case at B1 by its secretary."""
    version = version or issue(county)
    return procedures.open_case(
        by=county.actor("s1"), at=AT, procedure_id=version.procedure_id, unit_id=county.units["B1"].pk, **more
    )


def with_person() -> Procedure:
    """Return a procedure about a person, whose first step asks for evidence and a form."""
    form = (
        FormField(name="day", label=Words(en="Day"), type="date", required=True),
        FormField(name="n", label=Words(en="Number"), type="integer"),
        FormField(name="pick", label=Words(en="Pick"), type="choice", choices=(Words(en="yes"), Words(en="no"))),
        FormField(name="sure", label=Words(en="Sure"), type="boolean"),
        FormField(name="home", label=Words(en="Home"), personal=True),
    )
    first = step("apply", who=Who(at="person"), evidence=(Words(en="application"),), form=form)
    return Procedure(
        code="person", title=Words(en="About a person"), concerns="person", steps=(first, step("end", "apply"))
    )
