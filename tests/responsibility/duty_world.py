"""What the tests of duties share: a branch with a secretary in office, and a duty."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member
from plumbline.responsibility import api

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
LATER = datetime(2026, 5, 6, 2, tzinfo=UTC)
BY = Actor.system("tests")
FIRST, DUE, MAY = date(2026, 3, 1), date(2026, 6, 30), date(2026, 5, 4)


@dataclass
class Office:
    """A post with the member and the account who hold it."""

    term: Any
    member: Any
    user: Any

    def actor(self, at=LATER):
        return organisation.resolve_actor(self.user, at=at)


def office(county, code="B1", number="1001", name="wang", post="secretary"):
    """Let a new member with an account hold a post of a unit (the member's organisation is B1)."""
    member, user = county.enrol("B1", number), county.account(name)
    Member.objects.filter(pk=member.pk).update(user=user)
    member.refresh_from_db()
    row = organisation.create_post(by=BY, at=AT, unit=county[code], code=post, title=post.title())
    term = organisation.appoint(by=BY, at=AT, post=row, member=member, starts_on=date(2024, 1, 1))
    return Office(term, member, user)


def deploy(unit, **given):
    values = {
        "by": BY, "at": AT, "unit": unit, "line": "organisation", "title": "Vanguard posts", "why": "The plan asks.",
        "how": "Name a post each month.", "extent_kind": "number", "extent_target": "12 posts", "starts_on": FIRST,
        "due_on": DUE,
    }  # fmt: skip
    return api.deploy_duty(**{**values, **given})


def report(words="Done as planned.", on=MAY, amount="", files=0):
    uploads = [ledger.Upload(f"photo {n}.txt", BytesIO(f"evidence {n}".encode())) for n in range(files)]
    return api.Report(on, words, amount, uploads)


def facts(kind):
    """Return the facts of a kind that hold now."""
    return list(ledger.current_facts(None, kinds=[kind]).order_by("pk"))


def attained(duty):
    return api.duty_view(BY, duty.pk, on=LATER.date()).row.attained
