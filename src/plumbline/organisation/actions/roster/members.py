"""Members of a roster are saved, many at once, and their history with them."""

from collections.abc import Iterator, Sequence
from datetime import date

from plumbline.kernel import clock, names
from plumbline.organisation.actions.roster.work import Work
from plumbline.organisation.models import Member, MemberStanding, StandingCause
from plumbline.organisation.rules.roster import MEMBERS, Record, RosterChange
from plumbline.organisation.rules.standings import Stand, initial_standings

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
    MemberStanding.objects.bulk_create(list(_standings(work, changes)), batch_size=_BATCH)
    for change, _record in changes:
        work.note(change, f"member:{work.members[change.key[0]].pseudonym}")


def _fill_member(work: Work, member: Member, record: Record) -> None:
    if member.name != record["name"]:
        member.pinyin_key = names.pinyin_key(str(record["name"]))
        member.stroke_key = names.stroke_key(str(record["name"]))
        member.initials = names.initials(str(record["name"]))
    for name in _MEMBER_FIELDS:
        setattr(member, name, record[name])
    member.organisation_id = work.units[str(record["organisation"])].pk


def _standings(work: Work, changes: Sequence[tuple[RosterChange, Record]]) -> Iterator[MemberStanding]:
    """Yield where and as what each member stands from which day on: the past of new ones, the change of others."""
    today = clock.day_of(work.at)
    moved = [work.members[change.key[0]].pk for change, _record in changes if change.verb != "added"]
    latest = dict(
        MemberStanding.objects.filter(member__in=moved)
        .order_by("starts_on", "pk")
        .values_list("member_id", "starts_on")
    )
    for change, record in changes:
        member, old = work.members[change.key[0]], work.before.get(MEMBERS, *change.key)
        came_from = None
        if old is None:
            stands = initial_standings(member.status, joined_on=member.joined_on, full_on=member.full_on, since=today)
        elif (old["organisation"], old["status"]) == (record["organisation"], record["status"]):
            continue
        else:
            stands = (Stand(member.status, _from_day(old, member, today, latest.get(member.pk))),)
            if old["organisation"] != record["organisation"]:
                came_from = work.units[str(old["organisation"])].pk
        for stand in stands:
            yield MemberStanding(
                member=member, organisation_id=member.organisation_id, from_organisation_id=came_from,
                status=stand.status, cause=StandingCause.IMPORTED, starts_on=stand.starts_on,
                recorded_by=work.by.pseudonym, recorded_at=work.at,
            )  # fmt: skip


def _from_day(old: Record, member: Member, today: date, latest: date | None) -> date:
    """Return from which day a change holds: full membership from the recorded day, all else from today."""
    full_on = member.full_on
    became_full = old["status"] == "probationary" and member.status == "full" and full_on is not None
    if became_full and full_on is not None and (latest is None or latest <= full_on) and full_on <= today:
        return full_on
    return max(today, latest) if latest else today
