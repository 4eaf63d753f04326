"""The fact kinds of this area: letters signed, what became of duties, problems found and solved at contact points.

``duty.result`` comes from the reports of owners, and by import or from other systems, where departments send their business
results; visits and lectures are the ledger's shipped ``contact.visit`` and ``contact.lecture``.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from plumbline.ledger.api import AttributeSpec, FactKindSpec
from plumbline.responsibility.rules.letters import Level

LETTER_SIGNED: Final = "letter.signed"
DUTY_RESULT: Final = "duty.result"
DUTY_CLOSED: Final = "duty.closed"
PROBLEM_FOUND: Final = "contact.problem"
PROBLEM_SOLVED: Final = "contact.problem_solved"
_DUTY = AttributeSpec(
    "duty", "text", True, meaning=_("Reference of the duty, such as D17; it stands on its page."), label=_("duty")
)
_LINE = AttributeSpec(
    "line", "choice", True, choices=("business", "organisation"), meaning=_("Which of the two lines of a post."),
    label=_("line"),
)  # fmt: skip
_BY_POST = AttributeSpec("by_post", "text", meaning=_("Post of the leader."), label=_("leader's post"))
_TOPIC = AttributeSpec("topic", "text", meaning=_("What the problem is."), label=_("topic"))

KINDS: Final = (
    FactKindSpec(
        DUTY_RESULT,
        _("Result of a duty"),
        _(
            "What was reached for a duty, in millionths of its own unit: numbers are added up, of shares the last one "
            "holds. A duty measured by a date or a standard says in “met” whether it is reached."
        ),
        _("millionths"),
        (
            _DUTY,
            AttributeSpec(
                "met",
                "boolean",
                meaning=_("Is the date kept, or the standard met? Left out for numbers and shares."),
                label=_("met"),
            ),
            AttributeSpec("note", "text", meaning=_("What was done, in a sentence."), label=_("note")),
        ),
        places=6,
        minimum=None,
        filed_by=("administrator", "secretary", "organiser"),
        entry_measure=_("the duty's own unit"),
    ),
    FactKindSpec(
        DUTY_CLOSED,
        _("Duty closed"),
        _("A duty was confirmed as done; the day is that of the report. Withdrawn where the duty is opened again."),
        _("duties"),
        (
            _DUTY,
            _LINE,
            AttributeSpec("on_time", "boolean", True, meaning=_("Was it reported by its due day?"), label=_("on time")),
            AttributeSpec(
                "attained",
                "integer",
                True,
                meaning=_("How much of the extent was attained, in hundredths of a percent; 10000 is all of it."),
                label=_("attained"),
            ),
            AttributeSpec(
                "serves", "text", meaning=_("Reference of the business aim that it serves."), label=_("serves")
            ),
        ),
        minimum=1,
        filed_by=(),
    ),
    FactKindSpec(
        PROBLEM_FOUND,
        _("Problem found at a contact point"),
        _("A leader found a problem in the organisation that they contact."),
        _("problems"),
        (_BY_POST, _TOPIC),
        minimum=1,
        filed_by=(),
    ),
    FactKindSpec(
        PROBLEM_SOLVED,
        _("Problem solved at a contact point"),
        _("A problem that a leader found was solved; the day is that on which it was solved."),
        _("problems"),
        (
            _BY_POST,
            _TOPIC,
            AttributeSpec(
                "on_time", "boolean", True, meaning=_("Was it solved by the day that was set?"), label=_("on time")
            ),
        ),
        minimum=1,
        filed_by=(),
    ),
    FactKindSpec(
        LETTER_SIGNED,
        _("Letter of responsibility signed"),
        _("Both sides signed the unit's letter of responsibility; withdrawn with the letter."),
        _("letters"),
        (
            AttributeSpec("year", "integer", True, meaning=_("Year of the letter."), label=_("year")),
            AttributeSpec(
                "level",
                "choice",
                True,
                choices=tuple(level.value for level in Level),
                meaning=_("Between a committee and an organisation, or an organisation and one of its posts."),
                label=_("level"),
            ),
            AttributeSpec(
                "cascade_complete",
                "boolean",
                meaning=_("Has every duty of the letter an owner below, by letters that are signed?"),
                label=_("cascade complete"),
            ),
        ),
        minimum=1,
        filed_by=(),
    ),
)
