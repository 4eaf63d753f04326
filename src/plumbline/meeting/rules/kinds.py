"""Kinds of meeting as versioned data: who is expected, quorum, what the minutes must hold, whether it counts as learning.

The shipped kinds are those of DOMAIN 3.1. Which fields the minutes must have, and how long a meeting usually lasts, no
published rule says: they are editable defaults [B]. An installation's own version takes the place of a shipped kind from its
day on, or adds a local kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.meeting.rules.problems import Refused


class Who(StrEnum):
    """Who is expected at a kind of meeting."""

    FULL = "full"
    ALL = "all"
    COMMITTEE = "committee"
    GROUP = "group"


WHO_NAMES: Mapping[Who, object] = {
    Who.FULL: gettext_lazy("full members"),
    Who.ALL: gettext_lazy("all members, probationary ones too"),
    Who.COMMITTEE: gettext_lazy("the committee: those who hold a post"),
    Who.GROUP: gettext_lazy("the members of the group, chosen for each meeting"),
}

TEXTS: Mapping[str, object] = {
    "process": gettext_lazy("Course of the meeting"),
    "outline": gettext_lazy("What was studied or taught"),
    "activity": gettext_lazy("What was done"),
    "result": gettext_lazy("Result"),
    "conclusion": gettext_lazy("Summary of the chair"),
}
"""Fields of the minutes that are written as text."""

PARTS: Mapping[str, object] = {
    "speeches": gettext_lazy("Key points of speeches"),
    "resolutions": gettext_lazy("Resolutions"),
    "problems": gettext_lazy("List of problems"),
    "photos": gettext_lazy("Photo"),
    "materials": gettext_lazy("Materials"),
}
"""Parts of the record that are kept as lists."""

FIELDS: Mapping[str, object] = {**TEXTS, **PARTS}
ORGANISATIONS = ("working_committee", "committee", "general_branch", "branch", "group")
LONGEST_CODE, MOST_AGENDA, LONGEST_AGENDA, LONGEST_TEXT = 40, 20, 200, 20_000
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of meeting as it holds from ``effective_on``.

    ``matter`` names the rule of voting that gives the quorum ("" where none is needed); ``fields`` are those that the minutes
    must have; ``learning`` is the form under which attendance counts as learning ("" where it does not); ``together`` are
    kinds that may be held in the same meeting; ``held_by`` the kinds of organisation that hold it; ``restricted`` keeps the
    minutes to those who were expected and those who lead.
    """

    code: str
    name: object
    who: Who
    matter: str = ""
    fields: tuple[str, ...] = ()
    learning: str = ""
    minutes: int = 60
    agenda: tuple[object, ...] = ()
    template: Mapping[str, object] | None = None
    together: tuple[str, ...] = ()
    held_by: tuple[str, ...] = ("general_branch", "branch")
    restricted: bool = False
    is_active: bool = True
    effective_on: date = date(1921, 7, 1)
    is_shipped: bool = True


_AGENDA = (
    gettext_lazy("Count those present"),
    gettext_lazy("Matters put to the meeting"),
    gettext_lazy("Discussion"),
    gettext_lazy("Decision"),
)
_STUDY = (gettext_lazy("Reading"), gettext_lazy("Discussion"), gettext_lazy("Summary"))
_COUNTED = gettext_lazy("The chair counted those present and opened the meeting.")
_LEADING = ("working_committee", "committee")

SHIPPED: tuple[Kind, ...] = (
    Kind(
        "members_meeting", gettext_lazy("members' meeting"), Who.FULL, "branch_meeting",
        ("process", "speeches", "resolutions"), agenda=_AGENDA, template={"process": _COUNTED}, minutes=90,
        together=("lecture", "theme_day", "organisation_life", "appraisal"),
    ),
    Kind(
        "branch_committee", gettext_lazy("branch committee meeting"), Who.COMMITTEE, "branch_committee",
        ("process", "resolutions"), agenda=_AGENDA, template={"process": _COUNTED}, restricted=True,
    ),
    Kind(
        "group_meeting", gettext_lazy("group meeting"), Who.GROUP, "", ("process", "speeches"), agenda=_STUDY,
        held_by=("branch", "group"), together=("theme_day",),
    ),
    Kind(
        "lecture", gettext_lazy("lecture to members"), Who.ALL, "", ("outline",), learning="lecture",
        agenda=(gettext_lazy("Lecture"), gettext_lazy("Discussion")), together=("theme_day", "members_meeting"),
        held_by=("committee", "general_branch", "branch"),
    ),
    Kind(
        "theme_day", gettext_lazy("theme day"), Who.ALL, "", ("activity", "photos"), learning="group", minutes=240,
        agenda=(gettext_lazy("Paying dues"), gettext_lazy("Study"), gettext_lazy("Activity of the month")),
        together=("lecture", "members_meeting", "group_meeting"),
    ),
    Kind(
        "organisation_life", gettext_lazy("organisation-life meeting"), Who.ALL, "branch_meeting",
        ("process", "problems", "conclusion"), minutes=180,
        agenda=(
            gettext_lazy("Report on last year's rectification"), gettext_lazy("The committee examines itself"),
            gettext_lazy("Criticism and self-criticism"), gettext_lazy("List of problems and how they are mended"),
        ),
        together=("appraisal", "members_meeting"),
    ),
    Kind(
        "appraisal", gettext_lazy("democratic appraisal of members"), Who.ALL, "branch_meeting", ("process", "result"),
        agenda=(
            gettext_lazy("Self-evaluation"), gettext_lazy("Mutual evaluation"), gettext_lazy("Democratic vote"),
            gettext_lazy("The committee proposes the ratings"),
        ),
        together=("organisation_life", "members_meeting"), minutes=120,
    ),
    Kind(
        "central_group_study", gettext_lazy("study by the central group"), Who.COMMITTEE, "", ("outline", "speeches"),
        learning="group", agenda=_STUDY, minutes=240, held_by=_LEADING,
    ),
    Kind(
        "committee_meeting", gettext_lazy("committee meeting"), Who.COMMITTEE, "committee_decision",
        ("process", "resolutions"), agenda=_AGENDA, template={"process": _COUNTED}, held_by=_LEADING, restricted=True,
    ),
    Kind(
        "debriefing", gettext_lazy("debriefing of secretaries"), Who.COMMITTEE, "committee_decision",
        ("process", "speeches", "result"), minutes=180, held_by=(*_LEADING, "general_branch"),
        agenda=(gettext_lazy("Reports"), gettext_lazy("Comments"), gettext_lazy("Vote"), gettext_lazy("Summary")),
    ),
    Kind(
        "party_building_study", gettext_lazy("study of the work of organisations"), Who.COMMITTEE, "",
        ("process", "resolutions"), agenda=_AGENDA, held_by=(*_LEADING, "general_branch", "branch"),
    ),
    Kind(
        "deployment", gettext_lazy("deployment meeting"), Who.ALL, "", ("process",), agenda=_AGENDA, minutes=90,
        held_by=(*_LEADING, "general_branch", "branch"),
    ),
)  # fmt: skip
"""The kinds of DOMAIN 3.1. Talks are no meetings with minutes: see ``rules.talks``."""

_CODES = {kind.code for kind in SHIPPED}


def to_document(kind: Kind) -> dict[str, Any]:
    """Return a kind as plain data, in the reader's language; ``from_document`` reads it back."""
    return {
        "name": str(kind.name), "who": kind.who.value, "matter": kind.matter, "fields": list(kind.fields),
        "learning": kind.learning, "minutes": kind.minutes, "agenda": [str(one) for one in kind.agenda],
        "template": {field: str(text) for field, text in (kind.template or {}).items()},
        "together": list(kind.together), "held_by": list(kind.held_by), "restricted": kind.restricted,
        "is_active": kind.is_active,
    }  # fmt: skip


def from_document(code: str, effective_on: date, document: Mapping[str, Any]) -> Kind:
    """Return the kind that :func:`to_document` wrote."""
    return Kind(
        code=code, name=document["name"], who=Who(document["who"]), matter=document["matter"],
        fields=tuple(document["fields"]), learning=document["learning"], minutes=document["minutes"],
        agenda=tuple(document["agenda"]), template=dict(document["template"]), together=tuple(document["together"]),
        held_by=tuple(document["held_by"]), restricted=document["restricted"], is_active=document["is_active"],
        effective_on=effective_on, is_shipped=False,
    )  # fmt: skip


def check_kind(kind: Kind, *, matters: Iterable[str]) -> None:
    """Refuse a version of a kind that cannot be used; the field that must change is named."""
    if not str(kind.name).strip():
        raise Refused(_("Give the kind a name."), "name")
    if kind.matter and kind.matter not in set(matters):
        raise Refused(_("There is no rule of voting for “{matter}”.").format(matter=kind.matter), "matter")
    if not 0 < kind.minutes <= MOST_MINUTES:
        raise Refused(_("A meeting lasts between one minute and a day."), "minutes")
    if len(kind.agenda) > MOST_AGENDA or any(len(str(one)) > LONGEST_AGENDA for one in kind.agenda):
        raise Refused(_("An agenda has at most 20 items of 200 characters."), "agenda")
    if not kind.held_by:
        raise Refused(_("Say which kinds of organisation hold it."), "held_by")
    unknown = [one for one in kind.fields if one not in FIELDS]
    if unknown:
        raise Refused(_("The minutes know no field “{name}”.").format(name=unknown[0]), "fields")


def merge(own: Iterable[Kind]) -> tuple[Kind, ...]:
    """Return every version of every kind: the shipped ones, and the installation's own beside or in place of them."""
    found = {(kind.code, kind.effective_on): kind for kind in SHIPPED}
    found |= {(kind.code, kind.effective_on): kind for kind in own}
    order = [kind.code for kind in SHIPPED]
    return tuple(
        found[key]
        for key in sorted(found, key=lambda one: (order.index(one[0]) if one[0] in _CODES else len(order), *one))
    )


def kinds_on(versions: Iterable[Kind], on: date) -> tuple[Kind, ...]:
    """Return the version of each kind that holds on a day, those out of use left out."""
    newest: dict[str, Kind] = {}
    for kind in versions:
        known = newest.get(kind.code)
        if kind.effective_on <= on and (known is None or known.effective_on < kind.effective_on):
            newest[kind.code] = kind
    return tuple(kind for kind in newest.values() if kind.is_active)


def kind_on(versions: Iterable[Kind], code: str, on: date) -> Kind:
    """Return the version of one kind that holds on a day. Raises Refused where there is none, or it is out of use."""
    found = next((kind for kind in kinds_on(versions, on) if kind.code == code), None)
    if found is None:
        raise Refused(_("There is no kind of meeting “{code}” on {day}.").format(code=code, day=on.isoformat()), "kind")
    return found


def check_together(kind: Kind, also: Iterable[str]) -> None:
    """Refuse kinds that may not be held in the same meeting as this one."""
    for code in also:
        if code == kind.code or code not in kind.together:
            raise Refused(
                _("A {kind} cannot be held together with “{other}”.").format(kind=kind.name, other=code), "also"
            )


def combined(kind: Kind, also: Iterable[Kind]) -> tuple[str, ...]:
    """Return the fields that the minutes must have where several kinds are held at once, in the order of FIELDS."""
    wanted = set(kind.fields).union(*(one.fields for one in also))
    return tuple(field for field in FIELDS if field in wanted)


def agenda_of(kind: Kind, also: Iterable[Kind]) -> tuple[str, ...]:
    """Return the agenda to begin with: that of the kind, then what the others add."""
    found: list[str] = []
    for one in (kind, *also):
        found += [str(item) for item in one.agenda if str(item) not in found]
    return tuple(found)
