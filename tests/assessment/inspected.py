"""A round that is inspected: assessors with accounts, teams, and a finding to begin with."""

from datetime import UTC, date, datetime
from io import BytesIO
from uuid import UUID, uuid4

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round, Team
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member
from tests.assessment.county import FILED, MACHINE, County, routine

AT = datetime(2026, 12, 3, 2, tzinfo=UTC)
DAYS = (date(2026, 12, 1), date(2026, 12, 11))
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""The smallest picture: one transparent point."""


def account(county: County, name: str, role: str = "assessor", code: str = "W") -> User:
    """Return an account that holds a role on a unit."""
    user = User.objects.create_user(name, display_name=name.title())
    organisation.grant_role(
        by=MACHINE, at=FILED, user=user, role=role, unit=county[code], starts_on=date(2020, 1, 1)
    )  # fmt: skip
    return user


def actor(user: User, at: datetime = AT) -> Actor:
    """Return the actor of an account."""
    return organisation.resolve_actor(user, at=at)


def belong(county: County, user: User, code: str, number: str = "M1") -> Member:
    """Make the account a member of a branch, as it becomes known in December."""
    member = organisation.enrol_member(
        by=MACHINE, at=AT, organisation=organisation.organisation_for(MACHINE, county[code].pk), number=number,
        name=user.display_name, on=date(2026, 1, 1), full_on=date(2026, 1, 1),
    )  # fmt: skip
    Member.objects.filter(pk=member.pk).update(user=user)
    return member


def planned(county: County, *, shown: str = "at_once") -> Round:
    """Return the round of :func:`routine` over three branches with its days of inspection."""
    boss = county.actor("administrator")
    round_ = routine(county)
    assessment.plan_inspection(
        by=boss, at=AT, round_id=round_.pk, from_on=DAYS[0], until_on=DAYS[1], shown=shown
    )  # fmt: skip
    return round_


def team(county: County, round_: Round, name: str, *users: User) -> Team:
    """Return a team of the round."""
    return assessment.save_team(
        by=county.actor("administrator"), at=AT, round_id=round_.pk, name=name, member_ids=[user.pk for user in users]
    )


def photo(name: str = "photo.png", content: bytes = PNG) -> ledger.Upload:
    """Return a picture to be sent along."""
    return ledger.Upload(name, BytesIO(content))


def no_plan(seen_at: datetime = AT, note: str = "no plan on file") -> assessment.FindingDraft:
    """Return the finding that a branch has no annual plan."""
    return assessment.FindingDraft("1.1", "no_plan", seen_at, note=note, place="meeting room")


def record(
    user: User, round_: Round, unit_id: int, *, key: UUID | None = None, at: datetime = AT, files: int = 1
) -> assessment.Receipt:
    """Record that finding, with a photo."""
    return assessment.record_finding(
        by=actor(user, at), at=at, key=key or uuid4(), round_id=round_.pk, unit_id=unit_id, draft=no_plan(),
        uploads=[photo(f"{number}.png", PNG + bytes([number])) for number in range(files)],
    )  # fmt: skip
