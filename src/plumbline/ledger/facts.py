"""The shipped fact kinds, and the list of all kinds that code has declared.

The codes were agreed before any area stood, because schemes and areas meet in them. Until its area stands, a kind's
facts come in by hand, by import or from other systems.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from plumbline.ledger.rules.kinds import AttributeSpec, FactKindSpec

COMMITTEE: Final = ("administrator",)
ON_SITE: Final = ("administrator", "assessor", "inspector")

_QUESTION = AttributeSpec(
    "question", "text", True, meaning=_("Code of the question that was put."), label=_("question")
)
_OPTION = AttributeSpec("option", "text", True, meaning=_("Code of the option chosen."), label=_("option"))

SHIPPED: Final = (
    FactKindSpec(
        "meeting.held",
        _("Meeting held"),
        _("A meeting of an organisation took place, with minutes or another record as evidence."),
        _("meetings"),
        (
            AttributeSpec(
                "meeting_kind",
                "text",
                True,
                meaning=_("Code of the kind of meeting, such as members_meeting."),
                label=_("kind of meeting"),
            ),
            AttributeSpec("attended", "integer", meaning=_("How many members came."), label=_("came")),
            AttributeSpec("expected", "integer", meaning=_("How many should have come."), label=_("expected")),
            AttributeSpec("topic", "text", meaning=_("What it was about."), label=_("topic")),
        ),
        minimum=1,
    ),
    FactKindSpec(
        "learning.session",
        _("Learning session"),
        _("Members learned together or were taught; the quantity is its length."),
        _("minutes"),
        (
            AttributeSpec(
                "form", "text", True, meaning=_("Form of learning, such as lecture, group or online."), label=_("form")
            ),
            AttributeSpec("topic", "text", meaning=_("What was learned."), label=_("topic")),
            AttributeSpec("attended", "integer", meaning=_("How many members came."), label=_("came")),
        ),
        minimum=1,
    ),
    FactKindSpec(
        "contact.visit",
        _("Visit to a contact point"),
        _("A leader visited the organisation that they contact."),
        _("visits"),
        (
            AttributeSpec(
                "purpose",
                "choice",
                choices=("contact_point", "household", "other"),
                meaning=_(
                    "What the visit was for: the contact point itself, a household that is helped, or something else."
                ),
                label=_("purpose"),
            ),
            AttributeSpec("by_post", "text", meaning=_("Post of the leader who came."), label=_("leader's post")),
            AttributeSpec("topic", "text", meaning=_("What was looked into or solved."), label=_("topic")),
        ),
        minimum=1,
    ),
    FactKindSpec(
        "contact.lecture",
        _("Lecture at a contact point"),
        _("A leader gave a lecture to the members of the organisation that they contact."),
        _("lectures"),
        (
            AttributeSpec("by_post", "text", meaning=_("Post of the leader who spoke."), label=_("leader's post")),
            AttributeSpec("topic", "text", meaning=_("What the lecture was about."), label=_("topic")),
        ),
        minimum=1,
    ),
    FactKindSpec(
        "obligation.closed",
        _("Required work closed"),
        _("A piece of work that a rule requires in each period was done, or its period ended without it."),
        _("pieces of work"),
        (
            AttributeSpec("rhythm", "text", True, meaning=_("Code of the rule that requires it."), label=_("rule")),
            AttributeSpec("on_time", "boolean", True, meaning=_("Was it done within its time?"), label=_("on time")),
        ),
        minimum=1,
        filed_by=COMMITTEE,
    ),
    FactKindSpec(
        "finding.recorded",
        _("Finding recorded"),
        _("What an assessor saw, under one criterion of the scheme; the quantity is how often it was found."),
        _("times"),
        (
            AttributeSpec(
                "criterion", "text", True, meaning=_("Code of the rule or finding in the scheme."), label=_("criterion")
            ),
            AttributeSpec(
                "choice", "text", meaning=_("Option chosen, where the rule offers options."), label=_("choice")
            ),
            AttributeSpec("level", "text", meaning=_("Level found, where the rule knows levels."), label=_("level")),
            AttributeSpec("note", "text", meaning=_("What was seen, in a sentence."), label=_("note")),
        ),
        filed_by=ON_SITE,
    ),
    FactKindSpec(
        "performance.result",
        _("Performance result"),
        _("The measured result of one indicator for one unit, in millionths of the indicator's own unit."),
        _("millionths"),
        (
            AttributeSpec(
                "indicator", "text", True, meaning=_("Code of the indicator in the scheme."), label=_("indicator")
            ),
            AttributeSpec("note", "text", meaning=_("How it was measured, or where it was read."), label=_("note")),
        ),
        places=6,
        minimum=None,
        filed_by=COMMITTEE,
        entry_measure=_("the indicator's own unit"),
    ),
    FactKindSpec(
        "ballot.row",
        _("Votes from a ballot box"),
        _("How many valid papers of one box chose one option for the unit; a row where papers carry several."),
        _("votes"),
        (
            AttributeSpec("box", "text", True, meaning=_("Code of the ballot box."), label=_("ballot box")),
            _QUESTION,
            _OPTION,
            AttributeSpec("row", "text", meaning=_("Row of the paper, where one paper has several."), label=_("row")),
        ),
        filed_by=COMMITTEE,
    ),
    FactKindSpec(
        "ballot.ranking",
        _("Rank given on a ballot"),
        _("One voter ranked the unit among others; the voter is a mark on the paper, never a person."),
        _("papers"),
        (
            _QUESTION,
            AttributeSpec("voter", "text", True, meaning=_("Mark of the paper within its box."), label=_("paper")),
            AttributeSpec("rank", "integer", True, meaning=_("Rank given; 1 is the best."), label=_("rank")),
            AttributeSpec("box", "text", meaning=_("Code of the ballot box."), label=_("ballot box")),
        ),
        minimum=1,
        filed_by=COMMITTEE,
    ),
    FactKindSpec(
        "survey.answers",
        _("Answers to a survey"),
        _("How many people gave this answer to this question about the unit; “don't know” is an option of its own."),
        _("answers"),
        (
            _QUESTION,
            _OPTION,
            AttributeSpec("group", "text", meaning=_("Group of people asked."), label=_("group")),
            AttributeSpec("survey", "text", meaning=_("Code of the survey."), label=_("survey")),
        ),
        filed_by=COMMITTEE,
    ),
    FactKindSpec(
        "disclosure.published",
        _("Item disclosed"),
        _("An item of the disclosure catalogue was published."),
        _("items"),
        (
            AttributeSpec(
                "category", "text", True, meaning=_("Code of the category in the catalogue."), label=_("category")
            ),
            AttributeSpec("title", "text", meaning=_("Title of what was published."), label=_("title")),
        ),
        minimum=1,
    ),
    FactKindSpec(
        "voice.answered",
        _("Opinion or grievance answered"),
        _("An opinion, suggestion or grievance got its answer."),
        _("answers"),
        (
            AttributeSpec("on_time", "boolean", True, meaning=_("Was it answered in time?"), label=_("on time")),
            AttributeSpec("channel", "text", meaning=_("By which way it came."), label=_("channel")),
        ),
        minimum=1,
    ),
    FactKindSpec(
        "honour.granted",
        _("Honour granted"),
        _("The unit, or a member of it, received an honour."),
        _("honours"),
        (
            AttributeSpec(
                "level",
                "text",
                True,
                meaning=_("Level of who granted it, such as county or province."),
                label=_("level"),
            ),
            AttributeSpec("title", "text", True, meaning=_("Name of the honour."), label=_("title")),
        ),
        minimum=1,
        filed_by=COMMITTEE,
    ),
    FactKindSpec(
        "sanction.imposed",
        _("Sanction imposed"),
        _("A sanction was imposed in the unit; the case is a reference, never a person's name."),
        _("sanctions"),
        (
            AttributeSpec(
                "severity", "text", True, meaning=_("Severity, such as warning or expulsion."), label=_("severity")
            ),
            AttributeSpec("case", "text", meaning=_("Reference of the case."), label=_("case")),
            AttributeSpec("department", "text", meaning=_("Code of the department concerned."), label=_("department")),
        ),
        minimum=1,
        filed_by=("administrator", "inspector"),
    ),
)

_declared: dict[str, FactKindSpec] = {}


class KindClash(Exception):
    """Two areas declared the same code with different meanings; found when the application starts."""


def register_kinds(specs: Iterable[FactKindSpec]) -> None:
    """Declare the kinds that an area posts; called when the application starts.

    Declaring the same kind again changes nothing. Raises KindClash where a code is declared twice differently.
    """
    for spec in specs:
        if _declared.setdefault(spec.code, spec) != spec:
            raise KindClash(spec.code)


def declared_kinds() -> tuple[FactKindSpec, ...]:
    """Return the kinds declared in code, by code."""
    return tuple(_declared[code] for code in sorted(_declared))
