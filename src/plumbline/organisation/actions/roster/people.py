"""Posts, terms and roles of a roster are saved, many at once."""

from collections.abc import Iterable

from plumbline.kernel.models import User
from plumbline.organisation.actions.roster.work import Work
from plumbline.organisation.models import Appointment, Member, Post, PostDuty, RoleGrant
from plumbline.organisation.rules.roster import POSTS, ROLES, TERMS, Record, RosterChange

_BATCH = 1000


def save_posts(work: Work) -> None:
    """Save new and changed posts with their duties in both lines."""
    standing = {(post.unit_id, post.code): post for post in Post.objects.all()}
    new: list[Post] = []
    changed: list[Post] = []
    for change, record in work.of(POSTS):
        unit_id = work.units[change.key[0]].pk
        post = standing.get((unit_id, change.key[1])) or Post(unit_id=unit_id, code=change.key[1])
        post.title, post.seats = str(record["title"]), int(str(record["seats"]))
        work.posts[change.key] = post
        (changed if post.pk else new).append(post)
    Post.objects.bulk_create(new, batch_size=_BATCH)
    Post.objects.bulk_update(changed, ("title", "seats"), batch_size=_BATCH)
    codes = {unit.pk: unit.code for unit in work.units.values()}
    for (unit_id, code), post in standing.items():
        work.posts.setdefault((codes[unit_id], code), post)
    _save_duties(work)
    for change, _record in work.of(POSTS):
        work.note(change, f"post:{work.posts[change.key].pk}")


def _save_duties(work: Work) -> None:
    changed = [
        (work.posts[change.key], record)
        for change, record in work.of(POSTS)
        if any(item.field in ("business", "organisation") for item in change.fields)
    ]
    PostDuty.objects.filter(post__in=[post for post, _record in changed]).delete()
    PostDuty.objects.bulk_create(
        [
            PostDuty(post=post, line=line, text=text, position=position)
            for post, record in changed
            for line in ("business", "organisation")
            for position, text in enumerate(_lines(record, line))
        ],
        batch_size=_BATCH,
    )


def _lines(record: Record, line: str) -> Iterable[str]:
    value = record[line]
    return value if isinstance(value, tuple) else ()


def save_terms(work: Work) -> None:
    """Save new terms and the changed ends of old ones."""
    changes = list(work.of(TERMS))
    _fetch_members(work, {change.key[2] for change, _record in changes})
    standing = {
        (row.post_id, row.member_id, row.starts_on): row
        for row in Appointment.objects.filter(post__in=[work.posts[change.key[:2]] for change, _record in changes])
    }
    new, changed = [], []
    for change, record in changes:
        post, member = work.posts[change.key[:2]], work.members[change.key[2]]
        row = standing.get((post.pk, member.pk, record["starts_on"]))  # type: ignore[arg-type]
        if row is None:
            row = Appointment(post=post, member=member, starts_on=str(record["starts_on"]))
            new.append(row)
        else:
            changed.append(row)
        row.ends_on = record["ends_on"]  # type: ignore[assignment]
        row.basis, row.end_reason = str(record["basis"]), str(record["end_reason"])
        work.note(change, f"post:{post.pk}")
    Appointment.objects.bulk_update(changed, ("ends_on", "basis", "end_reason"), batch_size=_BATCH)
    Appointment.objects.bulk_create(new, batch_size=_BATCH)


def _fetch_members(work: Work, numbers: set[str]) -> None:
    """Fetch the members that a step names and that no earlier step has touched."""
    missing = numbers - set(work.members)
    work.members |= {member.number: member for member in Member.objects.filter(number__in=missing)}


def save_roles(work: Work) -> None:
    """Save roles; an account that does not exist yet is made without a password and waits for its slip."""
    changes = list(work.of(ROLES))
    users = _accounts(work, changes)
    standing = {
        (row.user_id, str(row.role), row.unit_id): row
        for row in RoleGrant.objects.filter(user__in=[user.pk for user in users.values()])
    }
    new, changed = [], []
    for change, record in changes:
        user, unit = users[change.key[0]], work.units[change.key[2]]
        row = standing.get((user.pk, change.key[1], unit.pk))
        if row is None:
            row = RoleGrant(user=user, role=change.key[1], unit=unit)
            new.append(row)
        else:
            changed.append(row)
        row.starts_on, row.ends_on = record["starts_on"], record["ends_on"]  # type: ignore[assignment]
        work.note(change, f"user:{user.pseudonym}")
    RoleGrant.objects.bulk_create(new, batch_size=_BATCH)
    RoleGrant.objects.bulk_update(changed, ("starts_on", "ends_on"), batch_size=_BATCH)


def _accounts(work: Work, changes: list[tuple[RosterChange, Record]]) -> dict[str, User]:
    """Return the accounts that the rows name; new ones are made and tied to their members."""
    wanted = {change.key[0]: record for change, record in changes}
    users = {user.username: user for user in User.objects.filter(username__in=list(wanted))}
    _fetch_members(work, {str(record["member"]) for record in wanted.values() if record["member"]})
    new = []
    for username, record in wanted.items():
        if username not in users:
            member = work.members.get(str(record["member"]))
            user = User(username=username, display_name=str(record["name"]) or (member.name if member else ""))
            user.set_unusable_password()
            new.append(user)
    User.objects.bulk_create(new, batch_size=_BATCH)
    tied = []
    for user in new:
        users[user.username] = user
        member = work.members.get(str(wanted[user.username]["member"]))
        if member is not None:
            member.user = user
            tied.append(member)
    Member.objects.bulk_update(tied, ("user",), batch_size=_BATCH)
    return users
