"""What the kinds of entries are called on pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "log.origin": _("The log begins, or goes on under a new name"),
    "ledger.passed_up": _("Facts passed up to the level above"),
    "letter.signed": _("A letter of responsibility signed by both sides"),
    "assessment.snapshot": _("Facts of an assessment frozen"),
    "assessment.result": _("An assessment calculated"),
    "assessment.notice": _("A result put on public notice"),
    "assessment.final": _("A result made final"),
    "disclosure.published": _("An item of disclosure published"),
    "disclosure.corrected": _("An item of disclosure replaced by a correction"),
    "disclosure.withdrawn": _("An item of disclosure withdrawn"),
}


def register(kind: str, words: Promise) -> None:
    """Let the pages of an area above say what its kind of entries is called; the last one registered holds."""
    WORDS[kind] = words


def kind_words(kind: str) -> Promise | str:
    """Return the words of a kind, its code where it has none."""
    return WORDS.get(kind, kind)
