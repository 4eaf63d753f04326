"""The tree: which kind may stand under which, no circles, codes, and when a unit may be closed. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plumbline.organisation.rules.problems import Refused

KINDS = ("working_committee", "committee", "general_branch", "branch", "group")
KIND_NAMES: Mapping[str, object] = {
    "working_committee": gettext_lazy("working committee"),
    "committee": pgettext_lazy("kind of organisation", "committee"),
    "general_branch": gettext_lazy("general branch"),
    "branch": gettext_lazy("branch"),
    "group": gettext_lazy("group"),
}
MAY_LEAD: Mapping[str, frozenset[str]] = {
    "working_committee": frozenset({"working_committee", "committee", "general_branch", "branch"}),
    "committee": frozenset({"committee", "general_branch", "branch"}),
    "general_branch": frozenset({"branch"}),
    "branch": frozenset({"group"}),
    "group": frozenset(),
}
"""Which kinds may stand under which (blueprint, part 4: from the working committee down to the group)."""
TOP_KINDS = frozenset({"working_committee", "committee"})
"""Kinds that may stand at the top of a tree."""
LEADS_DEPARTMENTS = frozenset({"working_committee", "committee"})
"""Kinds that may lead the assessment of departments."""

_CODE = re.compile(r"^[^\s,;，；\"'“”、/]{1,40}$")


def check_code(code: str) -> str:
    """Return the code of a unit, a post or a member, trimmed. Raises Refused where it could not be typed or printed."""
    trimmed = code.strip()
    if not _CODE.match(trimmed):
        raise Refused(
            _("The code “{code}” cannot be used: write up to 40 letters, digits or signs without blanks, commas or quotes.")
            .format(code=code),
            "code",
        )  # fmt: skip
    return trimmed


def check_name(name: str, longest: int = 200) -> str:
    """Return a name, trimmed. Raises Refused where it is empty or too long."""
    trimmed = " ".join(name.split())
    if not trimmed:
        raise Refused(_("Write a name."), "name")
    if len(trimmed) > longest:
        raise Refused(_("The name is too long: at most {longest} characters.").format(longest=longest), "name")
    return trimmed


def check_place(kind: str, parent_kind: str | None) -> None:
    """Refuse an organisation of ``kind`` under ``parent_kind`` (None: at the top) where the tree does not allow it."""
    if kind not in KINDS:
        raise Refused(_("There is no kind of organisation called “{kind}”.").format(kind=kind), "kind")
    if parent_kind is None:
        if kind not in TOP_KINDS:
            raise Refused(
                _("A {kind} cannot stand at the top of the tree: choose the organisation that leads it.").format(
                    kind=KIND_NAMES[kind]
                ),
                "parent",
            )
    elif kind not in MAY_LEAD[parent_kind]:
        raise Refused(
            _("A {kind} cannot stand under a {parent}: choose another organisation above it, or another kind.").format(
                kind=KIND_NAMES[kind], parent=KIND_NAMES[parent_kind]
            ),
            "parent",
        )


def check_leads_department(parent_kind: str | None) -> None:
    """Refuse a department that is led by a kind which leads no departments."""
    if parent_kind is None or parent_kind not in LEADS_DEPARTMENTS:
        raise Refused(
            _("A department's assessment is led by a working committee or a committee: choose one of these."), "parent"
        )


def check_move(path: str, parent_path: str, *, name: str, parent_name: str) -> None:
    """Refuse a move of the unit at ``path`` under itself or under one of its own descendants."""
    if parent_path == path:
        raise Refused(_("“{name}” cannot lead itself: choose another organisation.").format(name=name), "parent")
    if parent_path.startswith(path):
        raise Refused(
            _("“{parent}” stands below “{name}”: a unit cannot be moved under one that it leads.").format(
                parent=parent_name, name=name
            ),
            "parent",
        )


def check_days(founded_on: date | None, closed_on: date | None, *, today: date) -> None:
    """Refuse a founding in the future and a closing before the founding."""
    if founded_on and founded_on > today:
        raise Refused(
            _("The day of founding {day} lies in the future: enter it when the day has come.").format(
                day=founded_on.isoformat()
            ),
            "founded_on",
        )
    if founded_on and closed_on and closed_on < founded_on:
        raise Refused(
            _("The unit would be closed on {closed}, before it was founded on {founded}.").format(
                closed=closed_on.isoformat(), founded=founded_on.isoformat()
            ),
            "on",
        )


def check_not_future(on: date, *, today: date, field: str = "on") -> None:
    """Refuse a change that is dated in the future: the tree shows what stands today."""
    if on > today:
        raise Refused(
            _("{day} lies in the future: record the change when the day has come.").format(day=on.isoformat()), field
        )


def check_open(closed_on: date | None, *, name: str, on: date, field: str = "") -> None:
    """Refuse to do something with a unit that no longer stands on ``on``."""
    if closed_on and closed_on <= on:
        raise Refused(
            _("“{name}” was closed on {day}: choose a unit that stands.").format(name=name, day=closed_on.isoformat()),
            field,
        )


def check_empty(name: str, *, units: int, members: int, organisations: int = 0) -> None:
    """Refuse to close a unit that still leads units, has members, or (a department) has organisations of its own."""
    if units:
        raise Refused(
            _("“{name}” still leads {count} units: move or close them first, or merge it into a successor.").format(
                name=name, count=units
            )
        )
    if members:
        raise Refused(
            _("“{name}” still has {count} members: transfer them first, or merge it into a successor.").format(
                name=name, count=members
            )
        )
    if organisations:
        raise Refused(
            _("{count} organisations still belong to the department “{name}”: give them another department first.").format(
                name=name, count=organisations
            )
        )  # fmt: skip


def subtree(top: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    """Return ``top`` and every unit below it by the given parents; circles end the walk instead of holding it."""
    below: dict[int, list[int]] = {}
    for unit, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(unit)
    found, waiting = {top}, [top]
    while waiting:
        for unit in below.get(waiting.pop(), ()):
            if unit not in found:
                found.add(unit)
                waiting.append(unit)
    return frozenset(found)
