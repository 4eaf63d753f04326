"""A letter of responsibility as an official paper: one value, as PDF and as Word."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.responsibility import api as responsibility
from plumbline.web.assessment.paper import Block, Heading, Paper, Rows, Stamp, Words
from plumbline.web.templatetags.points import points


def letter_paper(view: responsibility.LetterView, stamp: Stamp | None) -> Paper:
    """Return the paper of a letter as it stands: targets with points and duties, both sides with their signatures."""
    letter, text = view.letter, view.text
    blocks: list[Block] = [Words([text.preamble])] if text.preamble else []
    blocks += _targets(text)
    for heading, said in ((_("Assessment"), text.assessment), (_("Rewards and consequences"), text.consequences)):
        if said:
            blocks += [Heading(heading), Words(said.splitlines())]
    blocks += [Heading(_("Signatures")), Rows((_("Side"), _("Unit and post"), _("Signed on"), _("Seal")), _sides(view))]
    if letter.text_hash:
        blocks.append(Words([_("sha256 of the text: {hash}").format(hash=letter.text_hash),
                             _("Salt: {salt}").format(salt=letter.salt)], soft=True))  # fmt: skip
    if stamp is not None:
        blocks.append(stamp)
    state = "" if letter.state == responsibility.LetterState.SIGNED.value else str(letter.get_state_display())
    return Paper(text.title, state, blocks, f"{text.title} · {letter.text_hash[:16]}", official=True)


def _targets(text: responsibility.LetterText) -> list[Block]:
    if not text.targets:
        return []
    rows = [
        [target.title if place == 0 else "", points(target.points) if place == 0 else "", *_duty(duty)]
        for target in text.targets
        for place, duty in enumerate(target.duties)
    ]
    rows.append([_("Total"), points(text.points), "", "", ""])
    headers = (_("Target"), _("Points"), _("Duty"), _("To what extent"), _("By"))
    return [Heading(_("Targets and duties")), Rows(headers, rows, frozenset({1}))]


def _duty(duty: responsibility.DutyText) -> Sequence[str]:
    said = f"{duty.title} ({duty.why}; {duty.how})" if duty.why and duty.how else duty.title
    return said, duty.extent_target, _unbroken(duty.due_on)


def _unbroken(day: date) -> str:
    """A narrow column must not cut a day in three lines."""
    return date_format(day).replace(" ", "\u00a0")


def _sides(view: responsibility.LetterView) -> list[list[str]]:
    signed = {one.side: one for one in view.signatures}
    parties = {responsibility.Side.UPPER: view.text.upper, responsibility.Side.LOWER: view.text.lower}
    rows = []
    for side, party in parties.items():
        given = signed.get(side.value)
        day = _unbroken(clock.day_of(given.signed_at)) if given else ""
        rows.append([str(responsibility.SIDES[side]), f"{party.unit} {party.post}", day, ""])
    return rows
