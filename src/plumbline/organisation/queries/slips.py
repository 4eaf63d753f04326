"""For whom slips may be printed."""

from collections.abc import Iterable

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation.models import Member, MemberStatus, RoleGrant, Unit
from plumbline.organisation.rules import slips as rules


def check_issue_slips(by: Actor, path: str) -> None:
    """Raise NotPermitted where the actor may issue no slip at all for members below a path."""
    if not by.holds(path, "administrator", "secretary"):
        raise NotPermitted("organisation.issue_slip")


def may_issue_for(by: Actor, members: Iterable[Member]) -> dict[int, bool]:
    """Tell for each member (with organisation and user loaded) whether the actor may issue a slip; one statement."""
    rows = list(members)
    holdings: dict[int, list[rules.Holding]] = {}
    users = [member.user_id for member in rows if member.user_id]
    for user_id, role, path in RoleGrant.objects.filter(user__in=users).values_list("user_id", "role", "unit__path"):
        holdings.setdefault(user_id, []).append(rules.Holding(role, path))
    return {
        member.pk: rules.may_issue(
            by,
            member_path=member.organisation.path,
            holdings=holdings.get(member.user_id or 0, ()),
            is_superuser=bool(member.user and member.user.is_superuser),
        )
        for member in rows
    }


def members_for_slips(by: Actor, unit: Unit, *, only_waiting: bool) -> list[int]:
    """Return the members at and below a unit for whom the actor may print slips, by organisation and number.

    ``only_waiting`` leaves out those who have set a password. Accounts beyond the actor's reach are left out. Raises
    NotPermitted where the actor may print none.
    """
    check_issue_slips(by, unit.path)
    members = [
        member
        for member in Member.objects.filter(organisation__path__startswith=unit.path, erased_at=None)
        .exclude(status=MemberStatus.LEFT)
        .exclude(user__is_active=False)
        .select_related("organisation", "user")
        .order_by("organisation__code", "number")
        if not (only_waiting and member.user and member.user.has_usable_password())
    ]
    allowed = may_issue_for(by, members)
    return [member.pk for member in members if allowed[member.pk]]
