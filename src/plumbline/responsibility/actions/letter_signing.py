"""Issuing, signing and taking back letters. A signature binds the hash of the text; both together are published."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, ids, messages
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.responsibility.actions.letter_duties import check_duties, deploy_duties, drop_duties
from plumbline.responsibility.actions.letter_making import lock_letter
from plumbline.responsibility.facts import LETTER_SIGNED
from plumbline.responsibility.models import Letter, LetterEvent, LetterSignature
from plumbline.responsibility.permissions import check_prepare_letters
from plumbline.responsibility.queries.letter_seats import seats_of
from plumbline.responsibility.rules.letter_cascade import is_complete
from plumbline.responsibility.rules.letter_document import LetterText, hash_of, read_letter, signer_hash
from plumbline.responsibility.rules.letters import (
    LetterAct,
    LetterKind,
    LetterState,
    Level,
    Side,
    check_one_person,
    next_letter_state,
    sides_of,
    signing_act,
)
from plumbline.responsibility.rules.problems import Refused

PUBLISHED: str = "letter.signed"
"""Kind of the document that goes into the transparency log."""


def move_letter(by: Actor, at: datetime, letter: Letter, act: LetterAct, words: str = "") -> Letter:
    """Save a letter in its next state, with an event and an audit entry. Raises WrongLetterState."""
    old = letter.state
    letter.state = next_letter_state(LetterState(old), act).value
    letter.save()
    LetterEvent.objects.create(letter=letter, act=act.value, at=at, by=by.pseudonym, words=words)
    audit.record(
        by=by, at=at, action=f"responsibility.{act.value}_letter", subject=f"letter:{letter.pk}",
        old={"state": old}, new={"state": letter.state, "hash": letter.text_hash}, reason=words,
    )  # fmt: skip
    return letter


@transaction.atomic
def issue_letter(*, by: Actor, at: datetime, letter_id: int) -> Letter:
    """Issue a draft to both sides with its salt and hash, tell those who sign, and return it.

    Raises NotPermitted, WrongLetterState, Refused (a text without targets, a duty whose extent cannot be read).
    """
    letter = lock_letter(letter_id, "issue")
    check_prepare_letters(by, letter.upper_unit.path, f"letter:{letter_id}")
    next_letter_state(LetterState(letter.state), LetterAct.ISSUE)
    text = read_letter(letter.text)
    if not text.targets and letter.kind != LetterKind.ACCESSION.value:
        raise Refused(_("This letter has no targets. Write down what is promised before issuing it."))
    check_duties(text)
    letter.salt = ids.fingerprint(ids.new_secret())
    letter.text_hash, letter.issued_at = hash_of(text, letter.salt), at
    move_letter(by, at, letter, LetterAct.ISSUE)
    _tell(letter, at, _("To be signed: {title}").format(title=text.title))
    return letter


@transaction.atomic
def recall_letter(*, by: Actor, at: datetime, letter_id: int, reason: str) -> Letter:
    """Make an issued letter that nobody signed a draft again, with the reason. Raises NotPermitted, WrongLetterState, Refused."""
    letter = lock_letter(letter_id, "recall")
    check_prepare_letters(by, letter.upper_unit.path, f"letter:{letter_id}")
    said = _check_reason(reason)
    letter.salt, letter.text_hash, letter.issued_at = "", "", None
    return move_letter(by, at, letter, LetterAct.RECALL, said)


@transaction.atomic
def sign_letter(*, by: Actor, at: datetime, letter_id: int, side: Side, text_hash: str) -> Letter:
    """Sign a letter for one side, and return it; the second signature publishes it and posts ``letter.signed``.

    ``text_hash`` is the hash of the text that the signer saw. The web has asked the person to confirm. Raises
    NotPermitted (not in the post of this side on this day), WrongLetterState, Refused (another text than was seen, signed
    already, one person for both sides).
    """
    letter = lock_letter(letter_id, "sign")
    term = _term(by, at, letter, side)
    before = list(letter.signatures.all())
    act = signing_act([Side(one.side) for one in before], side)
    check_one_person([one.signer for one in before], by.pseudonym)
    next_letter_state(LetterState(letter.state), act)
    text = read_letter(letter.text)
    if text_hash != letter.text_hash or hash_of(text, letter.salt) != letter.text_hash:
        raise Refused(_("This is not the text that you saw. Read the letter again before you sign."))
    given = LetterSignature.objects.create(
        letter=letter,
        side=side.value,
        appointment_id=term,
        signer=by.pseudonym,
        signed_at=at,
        text_hash=letter.text_hash,
    )
    if act is LetterAct.COMPLETE:
        _complete(by, at, letter, [*before, given], text)
    return move_letter(by, at, letter, act)


def _term(by: Actor, at: datetime, letter: Letter, side: Side) -> int:
    """Return the term in which the actor holds the post of a side on that day. Raises NotPermitted."""
    seats = seats_of(letter, on=clock.day_of(at))
    if by.member_id is None or side not in sides_of(by.member_id, seats):
        raise NotPermitted("responsibility.sign_letter", f"letter:{letter.pk}")
    return next(seat.terms[by.member_id] for seat in seats if seat.side is side)


def _complete(by: Actor, at: datetime, letter: Letter, given: list[LetterSignature], text: LetterText) -> None:
    """Publish what both sides signed, and let it count: for the letter itself, and for the one above that it completes."""
    letter.signed_at = at
    ledger.publish(at=at, kind=PUBLISHED, subject=f"letter:{letter.pk}", document=_published(letter, given))
    if letter.kind != LetterKind.ACCESSION.value:
        deploy_duties(by, at, letter, text)
    if letter.kind != LetterKind.LETTER.value:
        return
    letter.fact = ledger.post(
        by=by, at=at, kind=LETTER_SIGNED, unit_id=letter.lower_unit_id, occurred_on=clock.day_of(at),
        attributes=_counted(letter, complete=is_complete(text, [])), source="responsibility",
        sender_key=f"letter:{letter.pk}",
    )  # fmt: skip
    if letter.above_id is not None:
        _complete_above(at, letter.above_id, text)


def _counted(letter: Letter, *, complete: bool) -> dict[str, Any]:
    level = Level.POST if letter.upper_unit_id == letter.lower_unit_id else Level.UNIT
    return {"year": letter.year, "level": level.value, "cascade_complete": complete}


def _complete_above(at: datetime, above_id: int, added: LetterText) -> None:
    """Correct the fact of the letter above where the letter just signed gives its last duty an owner."""
    above = Letter.objects.select_for_update(of=("self",)).select_related("fact").get(pk=above_id)
    if above.fact is None or above.state != LetterState.SIGNED.value or above.fact.attributes.get("cascade_complete"):
        return
    signed = Letter.objects.filter(above_id=above_id, state=LetterState.SIGNED.value).values_list("text", flat=True)
    if is_complete(read_letter(above.text), [added, *map(read_letter, signed)]):
        _correct_fact(at, above, complete=True, reason=_("Every duty of the letter has its owner below."))


def _correct_fact(at: datetime, letter: Letter, *, complete: bool, reason: str) -> None:
    # No person files this kind, so the machine corrects what it posted; the audit names who signed.
    letter.fact = ledger.correct(
        by=Actor.system("responsibility"), at=at, fact_id=letter.fact_id or 0, reason=reason,
        attributes=_counted(letter, complete=complete),
    )  # fmt: skip
    letter.save(update_fields=["fact"])


def _published(letter: Letter, given: list[LetterSignature]) -> dict[str, Any]:
    return {
        "format": 1,
        "year": letter.year,
        "kind": letter.kind,
        "sha256": letter.text_hash,
        "signatures": [
            {
                "side": one.side,
                "seal": signer_hash(letter.salt, one.side, one.signer),
                "at": one.signed_at.isoformat(),
            }
            for one in sorted(given, key=lambda one: one.side)
        ],
    }


@transaction.atomic
def withdraw_letter(*, by: Actor, at: datetime, letter_id: int, reason: str) -> Letter:
    """Withdraw a letter with the reason, and what it counted for; the text and its signatures stay to be read.

    Raises NotPermitted, WrongLetterState, Refused (no reason, annexes or letters below that still stand).
    """
    letter = lock_letter(letter_id, "withdraw")
    check_prepare_letters(by, letter.upper_unit.path, f"letter:{letter_id}")
    said = _check_reason(reason)
    next_letter_state(LetterState(letter.state), LetterAct.WITHDRAW)
    gone = LetterState.WITHDRAWN.value
    if letter.annexes.exclude(state=gone).exists() or letter.below.exclude(state=gone).exists():
        raise Refused(_("Annexes or letters below it still stand. Withdraw those first."))
    if letter.state == LetterState.SIGNED.value and letter.fact_id is not None:
        letter.fact = ledger.withdraw(by=Actor.system("responsibility"), at=at, fact_id=letter.fact_id, reason=said)
        _reopen_above(at, letter, said)
        drop_duties(at, letter, said)
    was_seen = letter.state != LetterState.DRAFT.value
    move_letter(by, at, letter, LetterAct.WITHDRAW, said)
    if was_seen:
        _tell(letter, at, _("Withdrawn: {title}").format(title=letter), said)
    return letter


def _reopen_above(at: datetime, letter: Letter, reason: str) -> None:
    """Correct the fact of the letter above where a duty of it loses its owner with the letter that is withdrawn."""
    if letter.above_id is None:
        return
    above = Letter.objects.select_for_update(of=("self",)).select_related("fact").get(pk=letter.above_id)
    if above.fact is None or not above.fact.attributes.get("cascade_complete"):
        return
    rows = Letter.objects.filter(above_id=above.pk, state=LetterState.SIGNED.value).exclude(pk=letter.pk)
    if not is_complete(read_letter(above.text), map(read_letter, rows.values_list("text", flat=True))):
        _correct_fact(at, above, complete=False, reason=reason)


def _check_reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused(_("Say why: the reason stays beside the letter."), field="reason")
    return said[:500]


def _tell(letter: Letter, at: datetime, subject: str, body: str = "") -> None:
    """Tell who holds the posts of both sides on that day, inside the application."""
    held = organisation.holders_at({letter.upper_unit_id, letter.lower_unit_id}, on=clock.day_of(at))
    seats = {
        (letter.upper_unit_id, letter.upper_post.code),
        (letter.lower_unit_id, letter.lower_post.code),
    }
    to = {one.user_id for rows in held.values() for one in rows if (one.unit_id, one.post_code) in seats}
    messages.send(to=to, subject=subject, body=body, link=f"/letters/{letter.pk}/", at=at, outside=False)
