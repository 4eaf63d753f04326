"""Who acts: a frozen value that every action and query takes, so that no rule needs the request.

``organisation.api.resolve_actor`` makes it from a user; the public and the machine have values of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class NotPermitted(Exception):
    """The actor may not do this. Carries what was tried, for the audit and for the page."""

    def __init__(self, action: str, subject: str = "") -> None:
        super().__init__(f"not permitted: {action} {subject}".strip())
        self.action = action
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on one unit, reaching down the tree: ``path`` is that unit's path, such as ``/1/17/``."""

    role: str
    unit_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts. ``pseudonym`` is what audit and facts keep; names stand elsewhere."""

    pseudonym: str
    user_id: int | None = None
    member_id: int | None = None
    grants: tuple[Grant, ...] = ()
    is_superuser: bool = False
    address: str = ""

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the actor for the machine itself, such as ``system:worker``; it may do all."""
        return cls(pseudonym=f"system:{name}", is_superuser=True)

    @property
    def is_anonymous(self) -> bool:
        """True for the public."""
        return self.user_id is None and not self.is_superuser

    def paths_for(self, *roles: str) -> tuple[str, ...]:
        """Return the tree paths over which the actor holds any of ``roles``; ``("/",)`` for a superuser."""
        if self.is_superuser:
            return ("/",)
        return tuple(sorted({grant.path for grant in self.grants if grant.role in roles}))

    def holds(self, path: str, *roles: str) -> bool:
        """True where one of ``roles`` is held over the unit at ``path``, directly or from above."""
        return any(path.startswith(prefix) for prefix in self.paths_for(*roles))

    def holds_at_top(self, *roles: str) -> bool:
        """True where one of ``roles`` is held over a whole tree: on a unit that has none above it."""
        return self.is_superuser or any(grant.role in roles and grant.path.count("/") == 2 for grant in self.grants)

    def roles(self) -> frozenset[str]:
        """Return every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)


PUBLIC = Actor(pseudonym="public")


def narrowest(paths: Iterable[str]) -> tuple[str, ...]:
    """Drop every path that lies below another one, so that a scope becomes the fewest prefixes."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(prefix) for prefix in kept):
            kept.append(path)
    return tuple(kept)
