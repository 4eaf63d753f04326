"""Navigation is data: the side bar follows the one loop, the bottom bar of the phone the five things a member does.

An entry is shown where its page exists in this installation and the actor may open it; nothing links to nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.kernel.actor import Actor

EVERYONE: frozenset[str] = frozenset()
"""No role is asked for: every signed-in account may open the page."""
LEADERS = frozenset({"administrator", "auditor"})
MEASURING = LEADERS | {"assessor"}
STAFF = LEADERS | {"assessor", "secretary", "organiser", "inspector"}
SUPERUSER = frozenset({"superuser"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go: its words, the name of its address, its icon, and who may open it."""

    label: Promise | str
    url_name: str
    icon: str
    roles: frozenset[str] = EVERYONE


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the loop, with its entries."""

    name: str
    title: Promise | str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one reader sees it on one page."""

    label: Promise | str
    url: str
    icon: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with the links that one reader may follow."""

    name: str
    title: Promise | str
    links: tuple[Link, ...] = field(default=())


SECTIONS: tuple[Section, ...] = (
    Section("start", "", (Entry(_("Desk"), "desk:home", "home"), Entry(_("Board"), "assessment:board", "board"))),
    Section(
        "deploy",
        _("Deploy"),
        (
            Entry(_("Schemes"), "assessment:schemes", "scheme", STAFF),
            Entry(_("Letters of responsibility"), "responsibility:letters", "file", STAFF),
            Entry(pgettext_lazy("work", "Duties"), "responsibility:duties", "list"),
            Entry(_("Required work"), "obligation:rhythms", "calendar", STAFF),
            Entry(_("Procedures"), "procedure:procedures", "list"),
        ),
    ),
    Section(
        "implement",
        _("Implement"),
        (
            Entry(_("Cases"), "procedure:cases", "inbox"),
            Entry(_("Meetings"), "meeting:meetings", "users"),
            Entry(_("Contact points"), "responsibility:contacts", "transfer"),
            Entry(_("Lights"), "obligation:board", "lights", STAFF),
            Entry(_("What I owe"), "obligation:mine", "list"),
            Entry(_("Supervision"), "obligation:slips", "flag"),
            Entry(_("Facts"), "ledger:facts", "fact"),
            Entry(_("Organisations"), "organisation:units", "tree"),
            Entry(_("Members"), "organisation:members", "users", STAFF),
        ),
    ),
    Section("listen", _("Listen"), ()),
    Section(
        "assess",
        _("Assess"),
        (
            Entry(_("Rounds"), "assessment:rounds", "round"),
            Entry(_("Inspection"), "assessment:inspect", "camera", frozenset({"assessor"})),
            Entry(_("Findings"), "assessment:findings", "flag"),
        ),
    ),
    Section(
        "improve",
        _("Improve"),
        (
            Entry(_("Measures"), "assessment:measures", "chart", MEASURING),
            Entry(_("Key points"), "procedure:key-points", "clock", LEADERS),
        ),
    ),
    Section(
        "settings",
        _("Settings"),
        (
            Entry(_("Kinds of facts"), "ledger:kinds", "kinds"),
            Entry(_("Working days"), "calendar", "calendar", STAFF),
            Entry(_("Background work"), "jobs:list", "job"),
            Entry(_("Audit"), "audit", "history", LEADERS),
            Entry(_("Transparency log"), "log:home", "shield"),
            Entry(_("First steps"), "setup:steps", "list", frozenset({"administrator"})),
            Entry(_("Interface for programs"), "api:home", "api", STAFF),
            Entry(_("Administration"), "admin:index", "settings", SUPERUSER),
        ),
    ),
)

PUBLIC: tuple[Entry, ...] = (
    Entry(_("Start"), "desk:home", "home"),
    Entry(_("Transparency log"), "log:home", "shield"),
    Entry(_("What was published"), "log:entries", "list"),
)
"""What is open to everyone without an account."""

BOTTOM: tuple[Entry, ...] = (
    Entry(_("Desk"), "desk:home", "home"),
    Entry(_("Do"), "ledger:facts", "fact"),
    Entry(_("Vote"), "ballot:list", "vote"),
    Entry(_("Speak"), "voice:list", "message"),
    Entry(_("Me"), "accounts:me", "user"),
)

QUICK: tuple[Entry, ...] = (
    Entry(_("Hold a meeting"), "meeting:hold", "plus", frozenset({"secretary", "organiser"})),
    Entry(_("File a fact"), "ledger:new", "plus", frozenset({"administrator", "secretary", "assessor", "organiser"})),
    Entry(_("Import facts"), "ledger:imports", "upload", frozenset({"administrator", "assessor"})),
    Entry(_("Import the roster"), "organisation:roster", "users", frozenset({"administrator"})),
    Entry(_("Open the board"), "assessment:board", "board"),
    Entry(_("Rounds"), "assessment:rounds", "round"),
)


@cache
def address(url_name: str) -> str:
    """Return the address of a named page, or an empty string where this installation has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def may_open(actor: Actor, entry: Entry) -> bool:
    """Tell whether the entry asks for no role, or for one that the actor holds somewhere."""
    if entry.roles == SUPERUSER:
        return actor.is_superuser
    return actor.is_superuser or not entry.roles or bool(entry.roles & actor.roles())


def _links(actor: Actor, entries: Iterable[Entry], path: str) -> tuple[Link, ...]:
    """Return the links that exist and are open; the one whose address begins the present path longest is current."""
    open_to = [(entry, url) for entry in entries if (url := address(entry.url_name)) and may_open(actor, entry)]
    here = max((url for _entry, url in open_to if _covers(url, path)), key=len, default=None)
    return tuple(Link(entry.label, url, entry.icon, url == here) for entry, url in open_to)


def _covers(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def side_bar(actor: Actor, path: str) -> tuple[ShownSection, ...]:
    """Return the sections with at least one link for this actor; ``path`` is the address of the present page."""
    shown = ((section, _links(actor, section.entries, path)) for section in SECTIONS)
    return tuple(ShownSection(section.name, section.title, links) for section, links in shown if links)


def public_bar(actor: Actor, path: str) -> tuple[ShownSection, ...]:
    """Return the side bar of those who are not signed in."""
    return (ShownSection("public", "", _links(actor, PUBLIC, path)),)


def quick_actions(actor: Actor) -> tuple[Link, ...]:
    """Return what the desk offers this actor to begin with."""
    return _links(actor, QUICK, "")


def bottom_bar(actor: Actor, path: str) -> tuple[Link, ...]:
    """Return the phone's bottom bar for this actor."""
    return _links(actor, BOTTOM, path)
