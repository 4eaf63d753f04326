"""The four scopes of publicity (公开范围, DOMAIN 4), and which reader may read which. Pure.

A reader is described by what the account holds, never by who it is; who prepares or checks an organisation's items reads
all of them, whatever their scope.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Scope(StrEnum):
    """To whom something is disclosed, from the widest to the narrowest."""

    SOCIETY = "society"
    PARTY = "party"
    UNIT = "unit"
    PERSONS = "persons"


SCOPE_NAMES: Final[Mapping[Scope, Promise]] = {
    Scope.SOCIETY: _("society"),
    Scope.PARTY: _("the whole party"),
    Scope.UNIT: _("this unit and below"),
    Scope.PERSONS: _("those concerned"),
}
SCOPE_HINTS: Final[Mapping[Scope, Promise]] = {
    Scope.SOCIETY: _("Everybody reads it on the portal, without an account."),
    Scope.PARTY: _("Every member with an account reads it after signing in."),
    Scope.UNIT: _("Members of this organisation and of those below it read it after signing in."),
    Scope.PERSONS: _("Only the members named read it after signing in."),
}
WIDTH: Final[Mapping[Scope, int]] = {Scope.PERSONS: 0, Scope.UNIT: 1, Scope.PARTY: 2, Scope.SOCIETY: 3}
"""How wide a scope is; a wider one has the greater number."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the paths of the organisations they belong to, those over which they watch, and their member id.

    ``belongs`` are units of which the account is a member or in which it holds a role; ``watches`` those whose items it
    prepares, checks or audits. Both are tree paths such as ``/1/17/``; the public has neither.
    """

    belongs: tuple[str, ...] = ()
    watches: tuple[str, ...] = ()
    member_id: int | None = None

    @property
    def is_public(self) -> bool:
        """True for who is not signed in, or belongs to nothing."""
        return not self.belongs and not self.watches


PUBLIC_READER: Final = Reader()


def may_read(reader: Reader, scope: Scope, path: str, named: Collection[int] = ()) -> bool:
    """True where a reader may read something of the unit at ``path`` published to ``scope``.

    ``named`` are the members concerned, and count for that scope alone. A unit's own scope reaches downwards: who belongs
    to it or to a unit below it reads; who belongs to a unit above it does so only where they watch over it.
    """
    if scope is Scope.SOCIETY or any(path.startswith(one) for one in reader.watches):
        return True
    if scope is Scope.PARTY:
        return not reader.is_public
    if scope is Scope.UNIT:
        return any(one.startswith(path) for one in reader.belongs)
    return reader.member_id is not None and reader.member_id in named


def narrows(wanted: Scope, allowed: Scope) -> bool:
    """True where ``wanted`` is narrower than the catalogue asks: that needs a reason beside it."""
    return WIDTH[wanted] < WIDTH[allowed]
