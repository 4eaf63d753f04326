"""Activation slips: issued on paper, used once, and never kept but as fingerprints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from plumbline.kernel import audit, ids
from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.kernel.models import User
from plumbline.organisation.models import (
    ActivationSlip,
    Member,
    MemberStatus,
    RoleGrant,
    SlipGuess,
    SlipPurpose,
)
from plumbline.organisation.queries.slips import may_issue_for
from plumbline.organisation.rules import slips as rules


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """What is printed on one slip. The code exists here and on paper, nowhere else."""

    name: str
    organisation: str
    username: str
    code: str
    purpose: str
    expires_at: datetime


class NoSuchSlip(Exception):
    """The code fits no slip that is still good: mistyped, used, replaced by a later one, or expired."""


class TooManyGuesses(Exception):
    """Too many wrong codes came from this address; ``until`` says when it may try again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@transaction.atomic
def issue_slips(
    *, by: Actor, at: datetime, member_ids: Sequence[int], valid_days: int = rules.VALID_DAYS
) -> list[PrintedSlip]:
    """Issue one slip for each member and return them for printing, in the order given; earlier slips are revoked.

    A member without an account gets one, named by the member's number. A slip for an account that has a password sets a
    new one. Members who have left and accounts that are switched off are passed over. Raises NotPermitted where the
    actor may not issue for one of them.
    """
    members = {
        member.pk: member
        for member in Member.objects.select_related("organisation", "user")
        .select_for_update(of=("self",))
        .filter(pk__in=member_ids, erased_at=None)
        .exclude(status=MemberStatus.LEFT)
        .exclude(user__is_active=False)
    }
    _check_issue(by, list(members.values()))
    expires_at = at + timedelta(days=valid_days)
    return [_issue(by, at, expires_at, members[member_id]) for member_id in member_ids if member_id in members]


def _check_issue(by: Actor, members: Sequence[Member]) -> None:
    """Refuse the whole print where one account is beyond the actor: see ``rules.slips``."""
    allowed = may_issue_for(by, members)
    for member in members:
        if not allowed[member.pk]:
            raise NotPermitted("organisation.issue_slip", f"member:{member.pseudonym}")


def _issue(by: Actor, at: datetime, expires_at: datetime, member: Member) -> PrintedSlip:
    user = member.user or _open_account(member)
    return _print(by, at, expires_at, user, member.name, str(member.organisation))


def _print(by: Actor, at: datetime, expires_at: datetime, user: User, name: str, place: str) -> PrintedSlip:
    ActivationSlip.objects.filter(user=user, used_at=None, revoked_at=None).update(revoked_at=at)
    purpose = SlipPurpose.RESET if user.has_usable_password() else SlipPurpose.ACTIVATE
    code = ids.new_code()
    slip = ActivationSlip.objects.create(
        user=user, fingerprint=ids.fingerprint(code), purpose=purpose, issued_by=by.pseudonym, issued_at=at,
        expires_at=expires_at,
    )  # fmt: skip
    new = {"purpose": str(purpose), "expires_at": expires_at.isoformat(), "slip": slip.pk}
    audit.record(by=by, at=at, action="organisation.issue_slip", subject=f"user:{user.pseudonym}", new=new)
    return PrintedSlip(name, place, user.username, code, str(purpose), expires_at)


def _open_account(member: Member) -> User:
    """Make the account of a member, without a password, under the number (or the number with a mark, if taken)."""
    username, mark = member.number, 1
    while User.objects.filter(username=username).exists():
        mark += 1
        username = f"{member.number}-{mark}"
    user = User.objects.create_user(username, None, display_name=member.name)
    member.user = user
    member.save(update_fields=["user"])
    return user


def open_slip(*, code: str, at: datetime, address: str) -> ActivationSlip:
    """Return the slip that a code opens, without using it.

    Raises TooManyGuesses for an address that guesses, NoSuchSlip for a code that fits none; each miss is counted.
    """
    recent = SlipGuess.objects.filter(address=address, guessed_at__gt=at - rules.GUESS_WINDOW)
    until = rules.wait_until(recent.values_list("guessed_at", flat=True), at)
    if until is not None:
        raise TooManyGuesses(until)
    slip = ActivationSlip.objects.select_related("user").filter(fingerprint=_fingerprint(code)).first()
    if slip is None or not _is_good(slip, at):
        _count_guess(address, at)
        raise NoSuchSlip
    return slip


def _is_good(slip: ActivationSlip, at: datetime) -> bool:
    """Tell whether a slip still opens its account: open itself, the account switched on, the member not gone."""
    return (
        rules.is_open(at, expires_at=slip.expires_at, used_at=slip.used_at, revoked_at=slip.revoked_at)
        and slip.user.is_active
        and not Member.objects.filter(user=slip.user, status=MemberStatus.LEFT).exists()
    )


def _fingerprint(code: str) -> str:
    return ids.fingerprint(rules.normal_code(code))


def _count_guess(address: str, at: datetime) -> None:
    """Count a miss and forget those that no longer matter; the tenth is also audited."""
    SlipGuess.objects.filter(guessed_at__lte=at - rules.GUESS_WINDOW).delete()
    SlipGuess.objects.create(address=address, guessed_at=at)
    if SlipGuess.objects.filter(address=address).count() == rules.GUESSES_ALLOWED:
        by = Actor(pseudonym=PUBLIC.pseudonym, address=address)
        audit.record(by=by, at=at, action="organisation.slip_guessing", subject="slips", new={"address": address})


def use_slip(*, code: str, password: str, at: datetime, address: str) -> User:
    """Set the password of the account that a code opens, use the slip up, and return the account.

    The role of member needs no grant: whoever is a member holds it (``resolve_actor``). Raises NoSuchSlip,
    TooManyGuesses, and Django's ValidationError for a password that is too weak; a weak password leaves the slip open.
    """
    found = open_slip(code=code, at=at, address=address)
    validate_password(password, user=found.user)
    with transaction.atomic():
        slip = ActivationSlip.objects.select_for_update().get(pk=found.pk)
        if not _is_good(slip, at):
            raise NoSuchSlip
        slip.used_at = at
        slip.save(update_fields=["used_at"])
        user = slip.user
        user.set_password(password)
        user.save(update_fields=["password"])
        by = Actor(pseudonym=str(user.pseudonym), user_id=user.pk, address=address)
        audit.record(by=by, at=at, action=f"organisation.slip_{slip.purpose}", subject=f"user:{user.pseudonym}")
    return user


@transaction.atomic
def issue_account_slip(*, by: Actor, at: datetime, user_id: int, valid_days: int = rules.VALID_DAYS) -> PrintedSlip:
    """Issue the slip of an account, also of one that belongs to no member, such as an assessor's from another place.

    For a member's account the rule of :func:`issue_slips` holds. Raises NotPermitted unless the actor administers every
    unit on which the account holds a role (and there is one), and for an account that is switched off.
    """
    member = Member.objects.filter(user_id=user_id).first()
    if member is not None:
        printed = issue_slips(by=by, at=at, member_ids=[member.pk], valid_days=valid_days)
        if not printed:
            raise NotPermitted("organisation.issue_slip", f"member:{member.pseudonym}")
        return printed[0]
    user = User.objects.select_for_update().get(pk=user_id)
    grants = list(RoleGrant.objects.filter(user=user).select_related("unit"))
    reached = grants and all(by.holds(grant.unit.path, "administrator") for grant in grants)
    if not user.is_active or (not by.is_superuser and (not reached or user.is_superuser)):
        raise NotPermitted("organisation.issue_slip", f"user:{user.pseudonym}")
    place = str(grants[0].unit) if grants else ""
    return _print(by, at, at + timedelta(days=valid_days), user, user.display_name or user.username, place)


def revoke_slips(*, by: Actor, at: datetime, member_id: int) -> int:
    """Revoke the open slip of a member's account, for one that was lost; return how many were revoked (0 or 1).

    Raises NotPermitted as issuing does.
    """
    with transaction.atomic():
        member = Member.objects.select_related("organisation", "user").get(pk=member_id)
        _check_issue(by, [member])
        number = ActivationSlip.objects.filter(user=member.user_id, used_at=None, revoked_at=None).update(revoked_at=at)
        if number and member.user:
            subject = f"user:{member.user.pseudonym}"
            audit.record(by=by, at=at, action="organisation.revoke_slip", subject=subject)
    return number
