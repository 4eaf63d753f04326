"""Posts, their duties in both lines, and terms of office."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Appointment, DutyLine, Member, MemberStatus, Post, PostDuty, Unit
from plumbline.organisation.permissions import check
from plumbline.organisation.rules import tree
from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.terms import Term, check_term

LONGEST_DUTY = 500
MOST_SEATS = 99


def _check_seats(seats: int) -> None:
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(_("A post has between 1 and {most} seats.").format(most=MOST_SEATS), "seats")


@transaction.atomic
def create_post(*, by: Actor, at: datetime, unit: Unit, code: str, title: str, seats: int = 1) -> Post:
    """Create a post in a unit and return it. Raises NotPermitted, Refused where the code is taken in this unit."""
    check(by, "organisation.change_post", unit)
    tree.check_open(unit.closed_on, name=unit.name, on=clock.day_of(at))
    _check_seats(seats)
    code, title = tree.check_code(code), tree.check_name(title, 100)
    if Post.objects.filter(unit=unit, code=code).exists():
        raise Refused(_("This unit already has a post with the code “{code}”.").format(code=code), "code")
    row = Post.objects.create(unit_id=unit.pk, code=code, title=title, seats=seats)
    audit.record(
        by=by,
        at=at,
        action="organisation.create_post",
        subject=f"unit:{unit.pk}",
        new={"post": row.pk, "code": code, "title": title, "seats": seats},
    )
    return row


@transaction.atomic
def change_post(*, by: Actor, at: datetime, post: Post, title: str, seats: int) -> None:
    """Change the title and the seats of a post. Raises Refused where more members hold it than there would be seats."""
    check(by, "organisation.change_post", post.unit)
    _check_seats(seats)
    row = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    old = {"title": row.title, "seats": row.seats}
    row.title, row.seats = tree.check_name(title, 100), seats
    terms = [Term(*values) for values in row.appointments.values_list("member_id", "starts_on", "ends_on")]
    most = max((sum(other.holds(term.starts_on) for other in terms) for term in terms), default=0)
    if most > seats:
        raise Refused(
            _("{count} members hold or held this post at once: it cannot have fewer seats.").format(count=most), "seats"
        )
    if old == {"title": row.title, "seats": row.seats}:
        return
    row.save()
    audit.record(
        by=by,
        at=at,
        action="organisation.change_post",
        subject=f"unit:{row.unit_id}",
        old={"post": row.pk, **old},
        new={"post": row.pk, "title": row.title, "seats": row.seats},
    )
    post.refresh_from_db()


@transaction.atomic
def remove_post(*, by: Actor, at: datetime, post: Post) -> None:
    """Remove a post that nobody ever held. Raises Refused where there are terms: they are part of the history."""
    check(by, "organisation.change_post", post.unit)
    if post.appointments.exists():
        raise Refused(_("Somebody holds or held this post: end the terms instead of removing it."))
    audit.record(
        by=by,
        at=at,
        action="organisation.remove_post",
        subject=f"unit:{post.unit_id}",
        old={"post": post.pk, "code": post.code, "title": post.title},
    )
    post.delete()


@transaction.atomic
def change_duties(*, by: Actor, at: datetime, post: Post, duties: Mapping[str, Sequence[str]]) -> None:
    """Set the standing duties of a post in both lines (一岗双责); ``duties`` maps each line to its texts in order.

    Raises NotPermitted, Refused where a text is too long.
    """
    check(by, "organisation.change_duties", post.unit)
    row = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    old = duties_of(row)
    new = {line.value: [text.strip() for text in duties.get(line, ()) if text.strip()] for line in DutyLine}
    _check_lengths(new)
    if old == new:
        return
    row.duties.all().delete()
    PostDuty.objects.bulk_create(
        PostDuty(post=row, line=line, text=text, position=position)
        for line, texts in new.items()
        for position, text in enumerate(texts)
    )
    audit.record(
        by=by,
        at=at,
        action="organisation.change_duties",
        subject=f"unit:{row.unit_id}",
        old={"post": row.pk, **old},
        new={"post": row.pk, **new},
    )


def _check_lengths(duties: Mapping[str, Sequence[str]]) -> None:
    for line, texts in duties.items():
        for number, text in enumerate(texts, start=1):
            if len(text) > LONGEST_DUTY:
                raise Refused(
                    _("Line {number} is too long: at most {longest} characters for one duty.").format(
                        number=number, longest=LONGEST_DUTY
                    ),
                    line,
                )


def duties_of(post: Post) -> dict[str, list[str]]:
    """Return the duties of a post by line, in order."""
    found: dict[str, list[str]] = {line.value: [] for line in DutyLine}
    for line, text in post.duties.order_by("line", "position", "pk").values_list("line", "text"):
        found[line].append(text)
    return found


@transaction.atomic
def appoint(
    *,
    by: Actor,
    at: datetime,
    post: Post,
    member: Member,
    starts_on: date,
    ends_on: date | None = None,
    basis: str = "",
) -> Appointment:
    """Let a member hold a post from ``starts_on`` until the day before ``ends_on`` and return the term.

    ``basis`` names the election or the document. Raises NotPermitted, Refused where the seats are taken.
    """
    row = Post.objects.select_for_update(of=("self",)).select_related("unit").get(pk=post.pk)
    check(by, "organisation.appoint", row.unit)
    tree.check_open(row.unit.closed_on, name=row.unit.name, on=starts_on)
    if member.status == MemberStatus.LEFT:
        raise Refused(_("{name} has left and cannot be appointed.").format(name=member.name), "member")
    held = [Term(*values) for values in row.appointments.values_list("member_id", "starts_on", "ends_on")]
    check_term(Term(member.pk, starts_on, ends_on), held, row.seats)
    term = Appointment(post=row, member=member, starts_on=starts_on, ends_on=ends_on, basis=basis.strip())
    _save_term(term)
    audit.record(
        by=by,
        at=at,
        action="organisation.appoint",
        subject=f"unit:{row.unit_id}",
        new={
            "post": row.pk,
            "member": f"member:{member.pseudonym}",
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat() if ends_on else None,
            "basis": term.basis,
        },
    )
    return term


def _save_term(term: Appointment) -> None:
    """Save a term; what the trigger refuses although the rule passed (two at once) is told in words."""
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError as error:
        raise Refused(_("Somebody else has just filled this post: look at it again."), "starts_on") from error


@transaction.atomic
def end_appointment(*, by: Actor, at: datetime, appointment: Appointment, on: date, reason: str) -> None:
    """End a term early: ``on`` is the first day that the member no longer holds the post.

    Raises NotPermitted, Refused where the day lies outside the term or no reason is given.
    """
    unit = appointment.post.unit
    check(by, "organisation.end_appointment", unit)
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if on <= row.starts_on or (row.ends_on and on > row.ends_on):
        raise Refused(_("Choose a day within the term, after its first day."), "on")
    if not reason.strip():
        raise Refused(_("Say why the term ends early."), "reason")
    old = row.ends_on
    row.ends_on, row.end_reason = on, reason.strip()
    row.save(update_fields=["ends_on", "end_reason"])
    audit.record(
        by=by,
        at=at,
        action="organisation.end_appointment",
        subject=f"unit:{unit.pk}",
        old={"appointment": row.pk, "ends_on": old.isoformat() if old else None},
        new={"appointment": row.pk, "ends_on": on.isoformat()},
        reason=row.end_reason,
    )
