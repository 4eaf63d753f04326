"""Words for the kinds, states, acts, sides and levels of letters."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from plumbline.responsibility.rules.letters import LetterAct, LetterKind, LetterState, Level, Side

LETTER_KINDS: dict[LetterKind, Promise] = {
    LetterKind.LETTER: gettext_lazy("letter of responsibility"),
    LetterKind.ANNEX: gettext_lazy("annex"),
    LetterKind.ACCESSION: gettext_lazy("accession of a successor"),
}
LETTER_STATES: dict[LetterState, Promise] = {
    LetterState.DRAFT: gettext_lazy("draft"),
    LetterState.ISSUED: gettext_lazy("issued, waits for both signatures"),
    LetterState.HALF: gettext_lazy("signed by one side"),
    LetterState.SIGNED: gettext_lazy("signed by both sides"),
    LetterState.WITHDRAWN: gettext_lazy("withdrawn"),
}
LETTER_ACTS: dict[LetterAct, Promise] = {
    LetterAct.EDIT: gettext_lazy("text changed"),
    LetterAct.ISSUE: gettext_lazy("issued to both sides"),
    LetterAct.RECALL: gettext_lazy("recalled"),
    LetterAct.JOIN: gettext_lazy("signed by the first side"),
    LetterAct.COMPLETE: gettext_lazy("signed by the second side"),
    LetterAct.WITHDRAW: gettext_lazy("withdrawn"),
}
SIDES: dict[Side, Promise] = {Side.UPPER: gettext_lazy("upper side"), Side.LOWER: gettext_lazy("lower side")}
LEVELS: dict[Level, Promise] = {
    Level.UNIT: gettext_lazy("committee and organisation"),
    Level.POST: gettext_lazy("organisation and post"),
}
