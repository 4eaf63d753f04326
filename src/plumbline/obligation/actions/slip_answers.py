"""Answering a slip, checking the answer, looking again later; recording a talk."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation.actions.slips import lock_slip, move, number_of, tell
from plumbline.obligation.facts import SLIP_ANSWERED
from plumbline.obligation.models import Slip, SlipEvent, SlipItem
from plumbline.obligation.permissions import can_answer_slip, can_check_slip
from plumbline.obligation.queries.slip_people import holds_post
from plumbline.obligation.rules.problems import Refused
from plumbline.obligation.rules.slip_items import check_all_mended
from plumbline.obligation.rules.slip_words import OUTCOMES
from plumbline.obligation.rules.slips import (
    LONGEST_WORDS,
    SlipAct,
    SlipKind,
    SlipState,
    check_deadline,
    check_said,
    check_talk,
    next_slip_state,
)

MOST_FILES = 12


@transaction.atomic
def answer_slip(*, by: Actor, at: datetime, slip_id: int, words: str, uploads: Sequence[ledger.Upload] = ()) -> Slip:
    """Answer a slip in words and with evidence, for whoever holds its post or is secretary; return it.

    Raises NotPermitted, WrongSlipState, Refused (no words, too many files), EvidenceRefused.
    """
    slip = lock_slip(slip_id, SlipAct.ANSWER)
    if not can_answer_slip(by, slip.unit.path, holds_post=holds_post(by, slip, on=clock.day_of(at))):
        raise NotPermitted("obligation.answer_slip", f"slip:{slip_id}")
    next_slip_state(SlipKind(slip.kind), SlipState(slip.state), SlipAct.ANSWER)
    said = check_said(words, longest=LONGEST_WORDS, field="words")
    if len(uploads) > MOST_FILES:
        raise Refused(_("At most {count} files go with an answer.").format(count=MOST_FILES), "files")
    scope = f"slip:{slip.pk}"
    kept = [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads]
    slip.answered_at, slip.answered_by = at, by.pseudonym
    return move(by, at, slip, SlipAct.ANSWER, said, evidence=kept, due_on=slip.due_on)


@transaction.atomic
def accept_slip(*, by: Actor, at: datetime, slip_id: int, recheck_on: date | None = None) -> Slip:
    """Accept the answer, post ``slip.answered``, and return the closed slip; nobody closes the own slip.

    ``recheck_on`` is a day to look again whether it stayed mended. Raises NotPermitted, WrongSlipState, Refused (a day
    that has passed, an item of the rectification list that is not ticked off).
    """
    slip = _checked(by, at, slip_id, SlipAct.ACCEPT)
    if recheck_on is not None and recheck_on <= clock.day_of(at):
        raise Refused(_("The day to look again lies ahead: choose a later one."), "recheck_on")
    check_all_mended(SlipItem.objects.filter(slip=slip).values_list("state", flat=True))
    slip.recheck_on, slip.closed_at = recheck_on, at
    slip.answered_fact = _post_answer(by, at, slip)
    move(by, at, slip, SlipAct.ACCEPT, due_on=recheck_on)
    tell(slip, at, _("Your answer was accepted: {title}").format(title=slip.title))
    return slip


def _post_answer(by: Actor, at: datetime, slip: Slip) -> ledger.Fact:
    acts = SlipEvent.objects.filter(slip=slip, act__in=[SlipAct.ANSWER.value, SlipAct.RETURN.value])
    rows = list(acts.order_by("pk"))
    last = next(row for row in reversed(rows) if row.act == SlipAct.ANSWER.value)
    day = clock.day_of(last.at)
    attributes = {
        "slip_kind": slip.kind, "slip": number_of(slip), "on_time": last.due_on is not None and day <= last.due_on,
        "returns": sum(row.act == SlipAct.RETURN.value for row in rows),
    }  # fmt: skip
    return ledger.post(
        by=by, at=at, kind=SLIP_ANSWERED, unit_id=slip.unit_id, occurred_on=day, attributes=attributes,
        source="obligation",
    )  # fmt: skip


@transaction.atomic
def return_slip(*, by: Actor, at: datetime, slip_id: int, reason: str, due_on: date) -> Slip:
    """Give an answer back that is not enough, with the reason and a new day, and return the slip.

    Raises NotPermitted, WrongSlipState, Refused (no reason, a day that cannot be).
    """
    slip = _checked(by, at, slip_id, SlipAct.RETURN)
    said = check_said(reason)
    check_deadline(due_on, clock.day_of(at))
    slip.due_on = due_on
    move(by, at, slip, SlipAct.RETURN, said, due_on=due_on)
    tell(slip, at, _("Answer given back: {title}").format(title=slip.title), said)
    return slip


@transaction.atomic
def recheck_slip(*, by: Actor, at: datetime, slip_id: int, words: str) -> Slip:
    """Say that what a closed slip asked for stayed mended, with what was seen, and return it.

    Raises NotPermitted, WrongSlipState, Refused (no words; nothing was to be looked at again).
    """
    slip = _rechecked(by, at, slip_id, SlipAct.RECHECK)
    slip.recheck_on = None
    return move(by, at, slip, SlipAct.RECHECK, check_said(words))


@transaction.atomic
def reopen_slip(*, by: Actor, at: datetime, slip_id: int, reason: str, due_on: date) -> Slip:
    """Open a closed slip again because it did not stay mended; its accepted answer no longer counts. Return it.

    Raises NotPermitted, WrongSlipState, Refused (no reason, a day that cannot be; nothing was to be looked at again).
    """
    slip = _rechecked(by, at, slip_id, SlipAct.REOPEN)
    said = check_said(reason)
    check_deadline(due_on, clock.day_of(at))
    ledger.withdraw(by=Actor.system("obligation"), at=at, fact_id=slip.answered_fact_id or 0, reason=said)
    slip.answered_fact, slip.recheck_on, slip.closed_at, slip.due_on = None, None, None, due_on
    move(by, at, slip, SlipAct.REOPEN, said, due_on=due_on)
    tell(slip, at, _("Open again: {title}").format(title=slip.title), said)
    return slip


@transaction.atomic
def record_talk(*, by: Actor, at: datetime, slip_id: int, held_on: date, outcome: str) -> Slip:
    """Record that a talk was held: by whom, when and how it ended, never what was said. Return the closed slip.

    Raises NotPermitted, WrongSlipState, Refused (a day that cannot be, an outcome that is none of the list).
    """
    slip = _checked(by, at, slip_id, SlipAct.RECORD)
    issued = clock.day_of(slip.issued_at) if slip.issued_at else held_on
    check_talk(held_on, issued, clock.day_of(at))
    if outcome not in OUTCOMES:
        raise Refused(_("Choose how the talk ended."), "outcome")
    slip.held_on, slip.held_by_id, slip.outcome, slip.closed_at = held_on, by.user_id, outcome, at
    return move(by, at, slip, SlipAct.RECORD)


def _rechecked(by: Actor, at: datetime, slip_id: int, act: SlipAct) -> Slip:
    slip = _checked(by, at, slip_id, act)
    if slip.recheck_on is None:
        raise Refused(_("Nothing was to be looked at again here."))
    return slip


def _checked(by: Actor, at: datetime, slip_id: int, act: SlipAct) -> Slip:
    slip = lock_slip(slip_id, act)
    own = holds_post(by, slip, on=clock.day_of(at))
    if not can_check_slip(by, slip.unit.path, answered_by=slip.answered_by, holds_post=own):
        raise NotPermitted(f"obligation.{act.value}_slip", f"slip:{slip_id}")
    next_slip_state(SlipKind(slip.kind), SlipState(slip.state), act)
    return slip
