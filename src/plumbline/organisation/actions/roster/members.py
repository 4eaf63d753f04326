"""Members of a roster are saved, many at once, and their history with them."""

from collections.abc import Sequence
from datetime import date

from plumbline.kernel import clock
from plumbline.organisation.actions.bookkeeping import (
    Held,
    begin_standings,
    continue_standings,
    fill_sort_keys,
)
from plumbline.organisation.actions.roster.work import Work
from plumbline.organisation.models import Member, StandingCause
from plumbline.organisation.rules.roster import MEMBERS, Record, RosterChange

_BATCH = 1000
_MEMBER_FIELDS = ("name", "status", "born_on", "joined_on", "full_on", "phone")


def save_members(work: Work) -> None:
    """Save new and changed members; an account follows its member to the new organisation."""
    changes = list(work.of(MEMBERS))
    numbers = [change.key[0] for change, _record in changes]
    work.members = {member.number: member for member in Member.objects.filter(number__in=numbers)}
    standing = set(work.members)
    for change, record in changes:
        member = work.members.setdefault(change.key[0], Member(number=change.key[0]))
        _fill_member(work, member, record)
    rows = [work.members[number] for number in numbers]
    Member.objects.bulk_create([row for row in rows if row.number not in standing], batch_size=_BATCH)
    fields = ("organisation", "pinyin_key", "stroke_key", "initials", *_MEMBER_FIELDS)
    Member.objects.bulk_update([row for row in rows if row.number in standing], fields, batch_size=_BATCH)
    _keep_history(work, changes)
    for change, _record in changes:
        work.note(change, f"member:{work.members[change.key[0]].pseudonym}")


def _fill_member(work: Work, member: Member, record: Record) -> None:
    renamed = member.name != record["name"]
    for name in _MEMBER_FIELDS:
        setattr(member, name, record[name])
    if renamed:
        fill_sort_keys(member)
    member.organisation_id = work.units[str(record["organisation"])].pk


def _keep_history(work: Work, changes: Sequence[tuple[RosterChange, Record]]) -> None:
    """Write where and as what each member stands from which day on: the past of new ones, the change of others."""
    today = clock.day_of(work.at)
    new = [work.members[change.key[0]] for change, _record in changes if change.verb == "added"]
    begin_standings(new, by=work.by, at=work.at, since=today, cause=StandingCause.IMPORTED)
    before: dict[int, Held] = {}
    by_day: dict[date, list[Member]] = {}
    for change, _record in changes:
        old, member = work.before.get(MEMBERS, *change.key), work.members[change.key[0]]
        if old is not None:
            before[member.pk] = Held(work.units[str(old["organisation"])].pk, str(old["status"]))
            by_day.setdefault(_from_day(old, member, today), []).append(member)
    for day, members in sorted(by_day.items()):
        continue_standings(members, before, by=work.by, at=work.at, since=day, cause=StandingCause.IMPORTED)


def _from_day(old: Record, member: Member, today: date) -> date:
    """Return from which day a change holds: full membership from the recorded day, all else from today."""
    if old["status"] == "probationary" and member.status == "full" and member.full_on is not None:
        joined = member.joined_on or member.full_on
        return member.full_on if joined <= member.full_on <= today else today
    return today
