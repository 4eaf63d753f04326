"""Everything that is kept about one member, as plain values."""

from typing import Any

from plumbline.organisation.models import Member, RoleGrant


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def personal_data(member: Member) -> dict[str, Any]:
    """Return a member's own fields, standings, terms, exclusions, account and roles; a fixed number of SQL statements."""
    row = Member.objects.select_related("organisation", "user").get(pk=member.pk)
    return {
        "pseudonym": str(row.pseudonym),
        "number": row.number,
        "name": row.name,
        "born_on": _day(row.born_on),
        "joined_on": _day(row.joined_on),
        "full_on": _day(row.full_on),
        "phone": row.phone,
        "status": row.status,
        "organisation": {"code": row.organisation.code, "name": row.organisation.name},
        "standings": _standings(row),
        "terms": _terms(row),
        "exclusions": _exclusions(row),
        "account": _account(row),
    }


def _standings(row: Member) -> list[dict[str, Any]]:
    return [
        {
            "from": _day(standing.starts_on),
            "organisation": standing.organisation.code,
            "status": standing.status,
            "cause": standing.cause,
            "reason": standing.reason,
        }
        for standing in row.standings.select_related("organisation")
    ]


def _terms(row: Member) -> list[dict[str, Any]]:
    return [
        {
            "unit": term.post.unit.code,
            "post": term.post.title,
            "from": _day(term.starts_on),
            "until": _day(term.ends_on),
        }
        for term in row.appointments.select_related("post__unit")
    ]


def _exclusions(row: Member) -> list[dict[str, Any]]:
    return [
        {
            "reason": exclusion.reason,
            "approval": exclusion.approval,
            "from": _day(exclusion.starts_on),
            "until": _day(exclusion.ends_on),
            "note": exclusion.note,
        }
        for exclusion in row.exclusions.all()
    ]


def _account(row: Member) -> dict[str, Any] | None:
    if row.user is None:
        return None
    grants = RoleGrant.objects.filter(user=row.user).select_related("unit")
    return {
        "user_name": row.user.username,
        "name": row.user.display_name,
        "e-mail": row.user.email,
        "roles": [
            {"role": grant.role, "unit": grant.unit.code, "from": _day(grant.starts_on), "until": _day(grant.ends_on)}
            for grant in grants
        ],
    }
