"""What is written after a letter is signed: an annex that changes it, or the accession of a successor. Both are signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.responsibility.actions.letter_making import lock_letter
from plumbline.responsibility.models import Letter
from plumbline.responsibility.permissions import can_prepare_letters, check_prepare_letters
from plumbline.responsibility.queries.letter_seats import seats_of, terms_signed
from plumbline.responsibility.rules.letter_document import LetterText, read_letter
from plumbline.responsibility.rules.letters import LetterKind, LetterState, sides_of, vacated
from plumbline.responsibility.rules.problems import Refused


@transaction.atomic
def add_annex(*, by: Actor, at: datetime, letter_id: int, text: Mapping[str, Any]) -> Letter:
    """Draft an annex to a signed letter and return it; the text of the letter itself stays.

    One annex at a time: the next is written when the one before is signed or withdrawn. Raises NotPermitted, Refused.
    """
    letter = lock_letter(letter_id, "amend")
    check_prepare_letters(by, letter.upper_unit.path, f"letter:{letter_id}")
    _check_amendable(letter, LetterKind.ANNEX)
    old, new = read_letter(letter.text), read_letter(text)
    if (old.year, old.upper, old.lower) != (new.year, new.upper, new.lower):
        raise Refused(_("An annex has the year and the parties of its letter."))
    return _amend(by, at, letter, LetterKind.ANNEX, new)


@transaction.atomic
def add_accession(*, by: Actor, at: datetime, letter_id: int) -> Letter:
    """Draft the accession of whoever holds a post now that somebody else signed in, and return it.

    The upper side may, and so may the successor. Raises NotPermitted, Refused (nobody has succeeded, one waits already).
    """
    letter = lock_letter(letter_id, "amend")
    seats = seats_of(letter, on=clock.day_of(at))
    if not (can_prepare_letters(by, letter.upper_unit.path) or sides_of(by.member_id, seats)):
        raise NotPermitted("responsibility.amend_letter", f"letter:{letter_id}")
    _check_amendable(letter, LetterKind.ACCESSION)
    if not vacated(seats, terms_signed(letter)):
        raise Refused(_("Those who signed this letter hold their posts: nobody has to accede to it."))
    old = read_letter(letter.text)
    said = _("The holders of both posts take over the letter of responsibility with the hash {hash}, as it stands.")
    text = LetterText(
        year=old.year, title=_("Accession: {title}").format(title=old.title)[:300], upper=old.upper, lower=old.lower,
        preamble=said.format(hash=letter.text_hash), points=0, targets=(),
    )  # fmt: skip
    return _amend(by, at, letter, LetterKind.ACCESSION, text)


def _check_amendable(letter: Letter, kind: LetterKind) -> None:
    if letter.kind != LetterKind.LETTER.value or letter.state != LetterState.SIGNED.value:
        raise Refused(_("Only a letter that both sides have signed is amended. Change the draft itself."))
    settled = (LetterState.SIGNED.value, LetterState.WITHDRAWN.value)
    if letter.annexes.filter(kind=kind.value).exclude(state__in=settled).exists():
        raise Refused(_("One is under way already. Have it signed, or withdraw it first."))


def _amend(by: Actor, at: datetime, letter: Letter, kind: LetterKind, text: LetterText) -> Letter:
    made = Letter.objects.create(
        year=letter.year, kind=kind.value, state=LetterState.DRAFT.value, upper_unit_id=letter.upper_unit_id,
        upper_post_id=letter.upper_post_id, lower_unit_id=letter.lower_unit_id, lower_post_id=letter.lower_post_id,
        amends=letter, text=text.model_dump(mode="json"), made_at=at,
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="responsibility.amend_letter", subject=f"letter:{letter.pk}",
        new={"kind": kind.value, "letter": made.pk},
    )  # fmt: skip
    return made
