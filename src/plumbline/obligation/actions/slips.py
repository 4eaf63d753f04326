"""Issuing supervision slips: by hand, from a proposal, or graver than one before; giving time, taking back, dropping."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, messages
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation.facts import SLIP_ISSUED
from plumbline.obligation.models import Slip, SlipEvent
from plumbline.obligation.permissions import SUPERVISORS, can_issue_slips, check_issue_slips
from plumbline.obligation.queries.slip_people import recipients
from plumbline.obligation.rules.problems import Refused
from plumbline.obligation.rules.slip_words import SLIP_KINDS, number_words
from plumbline.obligation.rules.slips import (
    SlipAct,
    SlipDraft,
    SlipKind,
    SlipState,
    check_deadline,
    check_draft,
    check_said,
    check_step_up,
    next_slip_state,
)
from plumbline.organisation import api as organisation

_NUMBERS = 4_201_004
"""Key of the advisory lock under which numbers are given."""


def lock_slip(slip_id: int, act: SlipAct) -> Slip:
    """Return a slip, locked, with its unit, issuer and post. Raises NotPermitted where there is none."""
    rows = Slip.objects.select_for_update(of=("self",)).select_related("unit", "issuer", "post")
    slip = rows.filter(pk=slip_id).first()
    if slip is None:
        raise NotPermitted(f"obligation.{act.value}_slip", f"slip:{slip_id}")
    return slip


def move(by: Actor, at: datetime, slip: Slip, act: SlipAct, words: str = "", **more: Any) -> Slip:
    """Bring a slip to its next state with an event and an audit entry, and return it. Raises WrongSlipState."""
    old = slip.state
    slip.state = next_slip_state(SlipKind(slip.kind), SlipState(slip.state), act).value
    slip.save()
    SlipEvent.objects.create(slip=slip, act=act.value, at=at, by=by.pseudonym, words=words, **more)
    audit.record(
        by=by, at=at, action=f"obligation.{act.value}_slip", subject=f"slip:{slip.pk}",
        old={"state": old}, new={"state": slip.state, "kind": slip.kind, "due_on": slip.due_on}, reason=words[:500],
    )  # fmt: skip
    return slip


def tell(slip: Slip, at: datetime, subject: str, body: str = "") -> None:
    """Tell whoever has to answer the slip on that day, inside the application."""
    to = {one.user_id for one in recipients([slip], on=clock.day_of(at))[slip.pk]}
    messages.send(to=to, subject=subject, body=body, link=f"/supervision/{slip.pk}/", at=at, outside=False)


def number_of(slip: Slip) -> str:
    """Return the number as facts keep it, such as ``2026-7``."""
    return f"{slip.year}-{slip.serial}"


@transaction.atomic
def issue_slip(
    *,
    by: Actor,
    at: datetime,
    unit_id: int,
    draft: SlipDraft,
    post_id: int | None = None,
    about_key: str = "",
    follows: Slip | None = None,
) -> Slip:
    """Issue a slip to a unit below the actor's own, post ``slip.issued``, tell its addressee, and return it.

    ``post_id`` is a post of the unit; without one the secretary of the unit answers. Raises NotPermitted and Refused
    (no words, a day that cannot be, a post of another unit).
    """
    unit = organisation.unit_for(by, unit_id)
    check_issue_slips(by, unit.path, f"unit:{unit_id}")
    kept = check_draft(draft, clock.day_of(at))
    _check_post(unit, post_id, at)
    slip = Slip(
        year=clock.day_of(at).year, kind=kept.kind.value, state=SlipState.PROPOSED.value, unit=unit, post_id=post_id,
        issuer_id=issuer_of(by, unit.path), about_key=about_key, follows=follows,
    )  # fmt: skip
    return _issue(by, at, slip, kept)


@transaction.atomic
def issue_proposed(*, by: Actor, at: datetime, slip_id: int, draft: SlipDraft, post_id: int | None = None) -> Slip:
    """Issue a slip that a rule proposed, with the words that a person gave it, and return it.

    The slip before it, where there is one, is then followed by this one. Raises NotPermitted, WrongSlipState, Refused.
    """
    slip = lock_slip(slip_id, SlipAct.ISSUE)
    check_issue_slips(by, slip.unit.path, f"slip:{slip_id}")
    next_slip_state(SlipKind(slip.kind), SlipState(slip.state), SlipAct.ISSUE)
    kept = check_draft(draft, clock.day_of(at))
    _check_post(slip.unit, post_id, at)
    if slip.follows_id is not None:
        before = lock_slip(slip.follows_id, SlipAct.ESCALATE)
        check_step_up(SlipKind(before.kind), kept.kind)
        move(by, at, before, SlipAct.ESCALATE)
    slip.post_id, slip.issuer_id = post_id, issuer_of(by, slip.unit.path)
    return _issue(by, at, slip, kept)


@transaction.atomic
def escalate_slip(*, by: Actor, at: datetime, slip_id: int, draft: SlipDraft) -> Slip:
    """Let a graver slip follow one that was not answered, or not well, and return the new one.

    It goes to the same post. Raises NotPermitted, WrongSlipState, Refused.
    """
    before = lock_slip(slip_id, SlipAct.ESCALATE)
    check_issue_slips(by, before.unit.path, f"slip:{slip_id}")
    next_slip_state(SlipKind(before.kind), SlipState(before.state), SlipAct.ESCALATE)
    check_step_up(SlipKind(before.kind), draft.kind)
    waiting = Slip.objects.filter(follows=before).first()
    if waiting is not None:
        raise Refused(_("A rule has proposed what follows already: issue that proposal, or drop it first."))
    slip = issue_slip(
        by=by, at=at, unit_id=before.unit_id, draft=draft, post_id=before.post_id, about_key=before.about_key,
        follows=before,
    )  # fmt: skip
    move(by, at, before, SlipAct.ESCALATE)
    return slip


def _issue(by: Actor, at: datetime, slip: Slip, kept: SlipDraft) -> Slip:
    slip.kind, slip.title, slip.words, slip.basis = kept.kind.value, kept.title, kept.words, kept.basis
    slip.due_on, slip.is_important = kept.due_on, kept.is_important
    slip.year, slip.serial = clock.day_of(at).year, _next_number(slip.issuer_id, clock.day_of(at).year)
    slip.issued_at, slip.issued_by = at, by.pseudonym
    attributes = {"slip_kind": slip.kind, "slip": number_of(slip), "important": slip.is_important}
    slip.issued_fact = ledger.post(
        by=by, at=at, kind=SLIP_ISSUED, unit_id=slip.unit_id, occurred_on=clock.day_of(at), attributes=attributes,
        source="obligation",
    )  # fmt: skip
    slip.save()
    move(by, at, slip, SlipAct.ISSUE, slip.words, due_on=slip.due_on)
    told = _("{kind} {number}: {title}").format(
        kind=SLIP_KINDS[kept.kind], number=number_words(slip.year, slip.serial), title=slip.title
    )
    tell(slip, at, told, slip.words)
    return slip


def _next_number(issuer_id: int, year: int) -> int:
    """Return the next number of an issuer in a year; whoever issues at the same time waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBERS, issuer_id % 2**31])
    last = Slip.objects.filter(issuer_id=issuer_id, year=year).aggregate(last=Max("serial"))["last"]
    return int(last or 0) + 1


def issuer_of(by: Actor, path: str) -> int:
    """Return the unit in whose name the actor issues: the nearest one above on which the role is held; the top for the machine.

    Raises NotPermitted where nothing stands above.
    """
    above = [int(part) for part in path.strip("/").split("/")][:-1]
    held = {grant.unit_id for grant in by.grants if grant.role in SUPERVISORS}
    nearest = [one for one in above if one in held] or above[:1]
    if not nearest:
        raise NotPermitted("obligation.issue_slip", path)
    return nearest[-1]


def _check_post(unit: Any, post_id: int | None, at: datetime) -> None:
    if post_id is None:
        return
    if post_id not in {card.id for card in organisation.posts_of(unit, on=clock.day_of(at))}:
        raise Refused(_("The post belongs to another unit: choose one of this unit."), "post")


@transaction.atomic
def extend_slip(*, by: Actor, at: datetime, slip_id: int, due_on: date, reason: str) -> Slip:
    """Give more time because a reason was accepted, and return the slip.

    Raises NotPermitted, WrongSlipState, Refused (an earlier day, no reason).
    """
    slip = _supervised(by, slip_id, SlipAct.EXTEND)
    said = check_said(reason)
    check_deadline(due_on, clock.day_of(at))
    if slip.due_on is not None and due_on <= slip.due_on:
        raise Refused(_("More time means a later day than the one it has."), "due_on")
    slip.due_on = due_on
    _drop_followers(by, at, slip, said)
    move(by, at, slip, SlipAct.EXTEND, said, due_on=due_on)
    tell(slip, at, _("More time for {title}").format(title=slip.title), said)
    return slip


@transaction.atomic
def withdraw_slip(*, by: Actor, at: datetime, slip_id: int, reason: str) -> Slip:
    """Take a slip back that should not have been issued, with its fact, and return it.

    Raises NotPermitted, WrongSlipState, Refused (no reason).
    """
    slip = _supervised(by, slip_id, SlipAct.WITHDRAW)
    said = check_said(reason)
    _drop_followers(by, at, slip, said)
    # No person files this kind, so the machine takes back what it posted for us; the audit names who did it.
    slip.issued_fact = ledger.withdraw(
        by=Actor.system("obligation"), at=at, fact_id=slip.issued_fact_id or 0, reason=said
    )
    move(by, at, slip, SlipAct.WITHDRAW, said)
    tell(slip, at, _("Taken back: {title}").format(title=slip.title), said)
    return slip


@transaction.atomic
def dismiss_slip(*, by: Actor, at: datetime, slip_id: int, reason: str) -> Slip:
    """Drop what a rule proposed, with the reason, and return it. Raises NotPermitted, WrongSlipState, Refused."""
    slip = lock_slip(slip_id, SlipAct.DISMISS)
    check_issue_slips(by, slip.unit.path, f"slip:{slip_id}")
    next_slip_state(SlipKind(slip.kind), SlipState(slip.state), SlipAct.DISMISS)
    said = check_said(reason)
    slip.follows = None
    return move(by, at, slip, SlipAct.DISMISS, said)


def _supervised(by: Actor, slip_id: int, act: SlipAct) -> Slip:
    slip = lock_slip(slip_id, act)
    if not can_issue_slips(by, slip.unit.path):
        raise NotPermitted(f"obligation.{act.value}_slip", f"slip:{slip_id}")
    next_slip_state(SlipKind(slip.kind), SlipState(slip.state), act)
    return slip


def _drop_followers(by: Actor, at: datetime, slip: Slip, reason: str) -> None:
    """Drop the proposal that was to follow a slip: its ground is gone."""
    for one in Slip.objects.select_for_update().filter(follows=slip, state=SlipState.PROPOSED.value):
        one.follows = None
        move(by, at, one, SlipAct.DISMISS, reason)
