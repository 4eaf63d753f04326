"""One login for each role, with passwords made at random: no default password exists anywhere."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from plumbline.config.demo.people import People, Row
from plumbline.config.demo.structure import ROOT, Structure
from plumbline.kernel.actor import Actor
from plumbline.kernel.ids import READABLE_ALPHABET
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation

ROLES: Final = ("administrator", "assessor", "secretary", "organiser", "inspector", "member", "auditor")
_NAMES: Final = {
    "administrator": ("工委管理员", "Committee administrator"),
    "assessor": ("考核员", "Assessor"),
    "secretary": ("支部书记", "Branch secretary"),
    "organiser": ("组织员", "Organiser"),
    "inspector": ("监督员", "Inspector"),
    "member": ("党员", "Member"),
    "auditor": ("审计员", "Auditor"),
    "superuser": ("系统管理员", "Superuser"),
}
_OF_MEMBERS: Final = ("secretary", "organiser", "member")
"""The roles whose logins belong to members of one ordinary branch."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A way in: told once by the command that builds the county."""

    role: str
    username: str
    password: str
    name: str


def with_role_rows(people: People, structure: Structure, locale: str) -> list[Row]:
    """Return the rows of roles with those of the demonstration's logins; one secretary's account gets its name."""
    branch = showcase_branch(people, structure)
    names = {row["number"]: row["name"] for row in people.members}
    full = [n for n in people.of_branch[branch] if people.members[int(n[2:]) - 1]["status"] == "full"]
    secretary = people.secretaries[branch]
    others = [number for number in full if number not in people.secretaries.values()]
    of_member = {"secretary": secretary, "organiser": others[0], "member": others[1]}
    rows = [row for row in people.roles if row["account"] != secretary]
    for role in ROLES:
        number = of_member.get(role, "")
        name = names[number] if number else _NAMES[role][locale != "zh"]
        unit = branch if role in _OF_MEMBERS else ROOT
        rows.append({"account": role, "role": role, "unit": unit, "name": name, "member": number})
        if number and role != "member":
            rows.append({"account": role, "role": "member", "unit": unit, "name": name, "member": number})
    return rows


def showcase_branch(people: People, structure: Structure) -> str:
    """Return the branch of the logins of ordinary people: the first below another whose secretary leads only it."""
    times = Counter(people.secretaries.values())
    return next(
        str(row["code"])
        for row in structure.branches()
        if row["parent"] != ROOT and times[people.secretaries[row["code"]]] == 1 and structure.sizes[row["code"]] >= 12
    )


def open_logins(*, at: datetime, locale: str) -> list[DemoLogin]:
    """Give each demonstration account a password, make the superuser, and return the logins."""
    logins = []
    for role in (*ROLES, "superuser"):
        password = "-".join("".join(secrets.choice(READABLE_ALPHABET) for _letter in range(4)) for _group in range(4))
        if role == "superuser":
            name = _NAMES[role][locale != "zh"]
            User.objects.create_superuser(role, password, display_name=name, created_at=at)
        else:
            user = User.objects.get(username=role)
            user.set_password(password)
            user.save(update_fields=["password"])
            name = user.display_name
        logins.append(DemoLogin(role, role, password, name))
    return logins


def actor_of(username: str, *, at: datetime) -> Actor:
    """Return the actor of an account, with the roles it holds."""
    return organisation.resolve_actor(User.objects.get(username=username), at=at)
