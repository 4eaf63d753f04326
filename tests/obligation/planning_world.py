"""A small county with a catalogue, for the tests of plans: branches, a group, members with a past, a committee in office."""

from datetime import UTC, date, datetime

from plumbline.kernel.actor import Actor
from plumbline.obligation import api
from plumbline.organisation import api as organisation

BY = Actor.system("tests")
AT = datetime(2026, 5, 12, 2, tzinfo=UTC)
TODAY = date(2026, 5, 12)
YEAR = date(2026, 1, 1)


def asked(**changed):
    """Return a requirement: a members' meeting of branches each quarter, unless changed."""
    values = {
        "starts_on": YEAR, "period": "quarter", "basis": "Article 11", "organisation_kinds": ("branch",),
        "fact_kind": "meeting.held", "where": {"meeting_kind": ("members_meeting",)},
    }  # fmt: skip
    return api.Requirement(**{**values, **changed})


def rhythm(code="members_meeting", **changed):
    """Add a rhythm with one version and return it."""
    return api.add_rhythm(by=BY, at=AT, entry=api.RhythmEntry(code, code.replace("_", " ")), asked=asked(**changed))


def plan(at=AT, year=2026):
    """Plan a year and return the record."""
    return api.plan_year(by=BY, at=at, year=year)


def held(unit, day, kind="members_meeting", **changed):
    """Post a meeting and return its fact."""
    from plumbline.ledger import api as ledger

    values = {"attributes": {"meeting_kind": kind}, "source": "test", **changed}
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return ledger.post(by=BY, at=max(at, AT), kind="meeting.held", unit_id=unit.pk, occurred_on=day, **values)


def in_office(county, member, since, unit="B1", code="secretary"):
    """Let a member hold a post of a branch since a day."""
    post = organisation.create_post(by=BY, at=AT, unit=county[unit], code=code, title=code)
    return organisation.appoint(by=BY, at=AT, post=post, member=member, starts_on=since)
