"""The organisation's one door (its story is told when the area stands)."""

from plumbline.organisation.queries.actors import resolve_actor

__all__ = ["resolve_actor"]
