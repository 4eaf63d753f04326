"""A small county: one working committee, a committee, a general branch, branches, a department, and who acts in it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from plumbline.kernel.actor import Actor, Grant
from plumbline.kernel.models import User
from plumbline.organisation import api
from plumbline.organisation.models import Department, Member, Organisation, Unit

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
TODAY = date(2026, 3, 2)
FOUNDED = date(2015, 1, 1)
MACHINE = Actor.system("tests")


@dataclass
class County:
    """Units by code, and actors by role."""

    units: dict[str, Unit] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Organisation:
        return Organisation.objects.get(code=code)

    def department(self, code: str = "D1") -> Department:
        return Department.objects.get(code=code)

    def found(self, code: str, kind: str, parent: str | None, **details: object) -> Organisation:
        return api.found_organisation(
            by=MACHINE,
            at=AT,
            code=code,
            name=details.pop("name", f"Organisation {code}"),
            kind=kind,
            parent=self[parent] if parent else None,
            founded_on=details.pop("founded_on", FOUNDED),
            **details,
        )

    def enrol(self, code: str, number: str, status: str = "full", **details: object) -> Member:
        details = {"joined_on": date(2016, 5, 1), **details}
        if status == "full":
            details = {"full_on": date(2017, 5, 1), **details}
        return api.enrol_member(
            by=MACHINE,
            at=AT,
            organisation=self[code],
            number=number,
            name=details.pop("name", f"Member {number}"),
            status=status,
            on=details.pop("on", date(2020, 1, 1)),
            **details,
        )

    def actor(self, role: str, code: str = "WC") -> Actor:
        """An actor with a role on one unit, without any row in the database."""
        unit = Unit.objects.get(code=code)
        return Actor(pseudonym=f"{role}-of-{code}", user_id=9000, grants=(Grant(role, unit.pk, unit.path),))

    def account(self, name: str, role: str = "", code: str = "WC") -> User:
        user = User.objects.create_user(name, display_name=name.title())
        if role:
            api.grant_role(by=MACHINE, at=AT, user=user, role=role, unit=Unit.objects.get(code=code))
        return user


def small_county() -> County:
    """Return WC over C1 (over G1 over B1, B2), B3 directly below WC, and the department D1."""
    made = County()
    made.found("WC", "working_committee", None, name="清河县直机关工委")
    api.found_department(by=MACHINE, at=AT, code="D1", name="清河县财政局", parent=made["WC"], klass="economy")
    made.found("C1", "committee", "WC", name="清河县公安局机关党委", size_approval="清工委〔2024〕3号")
    made.found("G1", "general_branch", "C1")
    made.found("B1", "branch", "G1", name="财政局机关第一党支部", department=made.department())
    made.found("B2", "branch", "G1")
    made.found("B3", "branch", "WC")
    return made
