"""What is wrong with a roster, where, and how it is mended.

A problem keeps its code and its values, not its words: the words are made when it is shown, in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_noop

MESSAGES: Mapping[str, str] = {
    "file": "%(message)s",
    "unknown_sheet": gettext_noop(
        "No sheet of a roster is called “%(value)s”. Name it as in the template (%(choices)s) or take it out "
        "of the file."
    ),
    "sheet_twice": gettext_noop("This sheet is in the file twice. Keep one of the two."),
    "no_sheet": gettext_noop("The file holds none of the sheets of a roster (%(choices)s). Begin with the template."),
    "no_column": gettext_noop("The sheet has no column “%(value)s”. Add it, as in the template."),
    "column_twice": gettext_noop("The sheet has the column “%(value)s” twice. Keep one of the two."),
    "missing": gettext_noop("The cell is empty. Enter the %(value)s."),
    "not_text": gettext_noop("“%(value)s” is a date or a formula where text is wanted. Write it as text."),
    "too_long": gettext_noop("The text is longer than %(longest)s characters. Shorten it."),
    "bad_code": gettext_noop("“%(value)s” is not a code: a code has no blanks, commas, semicolons or quotation marks."),
    "not_whole": gettext_noop("“%(value)s” is not a whole number between %(least)s and %(most)s."),
    "not_day": gettext_noop("“%(value)s” is not a date. Write it like 2026-03-31 or 2026年3月31日."),
    "day_early": gettext_noop("%(value)s lies before %(limit)s. Check the year."),
    "day_late": gettext_noop("%(value)s lies after %(limit)s. Check the year."),
    "day_order": gettext_noop("%(value)s is not later than the %(other)s, %(limit)s. Correct one of the two dates."),
    "too_young": gettext_noop(
        "The member would have joined before the age of 18 (born on %(limit)s). Correct one of the two dates."
    ),
    "not_yes_no": gettext_noop("“%(value)s” is neither yes nor no. Write yes or no (是 or 否)."),
    "unknown_word": gettext_noop("“%(value)s” is not known here. Write one of: %(choices)s."),
    "duplicate": gettext_noop("%(value)s already stands in row %(row)s. Keep one of the two rows."),
    "code_of_other": gettext_noop(
        "The code %(value)s belongs to another unit (%(other)s). Codes of organisations and departments are "
        "unique together."
    ),
    "differs": gettext_noop(
        "The post already has “%(other)s” here in row %(row)s. Write the same in every row of a post, or "
        "leave the later ones empty."
    ),
    "term_incomplete": gettext_noop(
        "A term needs both the member and the first day. Fill both, or leave both empty for a vacant post."
    ),
    "unknown_organisation": gettext_noop(
        "No organisation has the code %(value)s. Add it to the sheet of organisations or correct the code."
    ),
    "unknown_department": gettext_noop(
        "No department has the code %(value)s. Add it to the sheet of departments or correct the code."
    ),
    "unknown_unit": gettext_noop(
        "Neither an organisation nor a department has the code %(value)s. Correct the code or add the unit."
    ),
    "unknown_member": gettext_noop(
        "No member has the number %(value)s. Add the member to the sheet of members or correct the number."
    ),
    "cycle": gettext_noop(
        "These organisations lead one another in a circle: %(value)s. Correct “led by” in one of them."
    ),
    "no_parent": gettext_noop("A %(kind)s needs an organisation that leads it. Enter its code under “led by”."),
    "kind_under": gettext_noop("A %(kind)s may not stand under a %(parent)s. Correct the kind or “led by”."),
    "leads_closed": gettext_noop("The organisation %(value)s is closed. Choose one that still stands."),
    "still_leads": gettext_noop(
        "%(value)s cannot be closed while it still leads %(count)s open units. Close or move them in the same file."
    ),
    "still_has_members": gettext_noop(
        "%(value)s cannot be closed while it still has %(count)s members. Move them in the same file."
    ),
    "member_of_closed": gettext_noop(
        "%(value)s was closed on %(limit)s. Choose an organisation that still stands, or give the member the "
        "status “left”."
    ),
    "still_owns": gettext_noop(
        "%(value)s cannot be closed while %(count)s open organisations belong to it. Give them another department."
    ),
    "leads_no_department": gettext_noop(
        "%(value)s leads no departments: only a working committee or a committee does. Correct “led by”."
    ),
    "status_step": gettext_noop("A full member does not become a probationary one again. Correct the status."),
    "not_joint": gettext_noop("Only a joint branch covers several departments. Write yes, or empty the departments."),
    "not_full": gettext_noop(
        "A probationary member has no day of full membership. Empty the cell or change the status."
    ),
    "terms_overlap": gettext_noop(
        "More members would hold this post at once than it has seats (%(seats)s), from %(value)s. End an "
        "earlier term or add a seat."
    ),
    "same_member_twice": gettext_noop(
        "The member already holds this post from %(value)s. The two terms overlap: correct the dates."
    ),
    "term_joint": gettext_noop(
        "The member is no longer here (status “left”) and cannot hold a post without an end. Enter the last day."
    ),
    "account_of_other": gettext_noop(
        "The account %(value)s belongs to another member (%(other)s). Correct the user name or the number."
    ),
    "member_has_account": gettext_noop("The member already signs in as %(value)s. Use that user name."),
    "outside_reach": gettext_noop(
        "%(value)s lies outside the organisations that you administer. Take the row out, or ask the "
        "administrator there."
    ),
    "only_superuser_founds": gettext_noop(
        "Only the head administrator of the installation may found an organisation at the top of the tree."
    ),
}
"""Every sentence; the values are filled in by name."""


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One thing to mend: ``row`` is the number in Excel (0: the whole sheet), ``column`` the heading as in the file."""

    sheet: str
    row: int
    column: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return the sentence in the language of the reader."""
        return gettext(MESSAGES[self.code]) % {name: spoken(value) for name, value in self.values.items()}

    def __str__(self) -> str:
        place = " ".join(part for part in (self.sheet, str(self.row or ""), self.column) if part)
        return f"{place}: {self.message}" if place else self.message


def spoken(value: Any) -> str:
    """Return a value as it stands in a sentence: a list joined, a marked word translated, a day as written."""
    if isinstance(value, list | tuple):
        return gettext(", ").join(spoken(item) for item in value)
    if isinstance(value, Mapping):
        return gettext(str(value["word"]))
    return str(value)


def word(text: str) -> dict[str, str]:
    """Mark a word inside a problem's values as one to be translated when it is shown."""
    return {"word": text}
