"""Secretaries and deputies of the small county, with accounts of their own."""

from datetime import date
from typing import Any

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Appointment, Member
from tests.assessment.county import FILED, MACHINE, YEAR, County

SINCE = date(2024, 1, 1)


def officer(
    county: County, code: str, post: str, name: str, *, since: date = SINCE, until: date | None = None
) -> Appointment:
    """Let a new member of a branch hold a post in it, and return the term of office."""
    row = organisation.create_post(by=MACHINE, at=FILED, unit=county[code], code=post, title=post.capitalize())
    branch = county[code].as_organisation  # type: ignore[attr-defined]
    member = organisation.enrol_member(
        by=MACHINE, at=FILED, organisation=branch, number=f"M-{code}-{post}", name=name, status="full"
    )
    Member.objects.filter(pk=member.pk).update(user=User.objects.create(username=f"{post}-{code}", display_name=name))
    return organisation.appoint(
        by=MACHINE, at=FILED, post=row, member=member, starts_on=since, ends_on=until, basis="elected"
    )


def actor_of(term: Appointment) -> Actor:
    """Return the holder of a term as an actor, as the sign-in makes it."""
    member = Member.objects.select_related("user").get(pk=term.member_id)
    return organisation.resolve_actor(member.user, at=FILED)


def leaders(county: County, text: str | None = None, *, post: str = "Secretary", committee: str = "W") -> Round:
    """Prepare a round over the holders of one post."""
    boss = county.actor("administrator", committee)
    if text is None:
        version = assessment.import_shipped(by=boss, at=FILED, code="leaders_vote_bands").version
    else:
        version = assessment.import_scheme(by=county.actor("administrator"), at=FILED, text=text).version
    chosen = assessment.ClassSelection(post, county[committee].pk, post=post)
    return assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Leaders 2026", from_=YEAR[0], until=YEAR[1],
        classes=[chosen], committee_id=county[committee].pk,
    )  # fmt: skip


def terms_of(round_: Round) -> dict[str, Any]:
    """Return the terms of a round by the first word of their names: the holders' first names."""
    return {row.unit.name.split()[0]: row.unit for row in round_.round_units.select_related("unit")}
