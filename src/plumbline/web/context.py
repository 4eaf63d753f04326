"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property

from plumbline.kernel import messages
from plumbline.kernel.actor import PUBLIC, Actor
from plumbline.web import navigation
from plumbline.web.accounts.roles import ROLE_LABELS


class PageFrame:
    """The frame of a page for one reader, each part worked out when a template asks: fragments pay nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor:
        """Return who reads; the public where the request was answered before the actor was known."""
        actor: Actor = getattr(self._request, "actor", PUBLIC)
        return actor

    @cached_property
    def signed_in(self) -> bool:
        """Tell whether an account reads."""
        return self.actor.user_id is not None

    @cached_property
    def sections(self) -> tuple[navigation.ShownSection, ...]:
        """Return the side bar; for the public what is open to everyone."""
        make = navigation.side_bar if self.signed_in else navigation.public_bar
        return make(self.actor, self._request.path)

    @cached_property
    def bottom(self) -> tuple[navigation.Link, ...]:
        """Return the phone's bottom bar."""
        return navigation.bottom_bar(self.actor, self._request.path) if self.signed_in else ()

    @cached_property
    def search_url(self) -> str:
        """Return where the search box leads; empty for the public."""
        return navigation.address("search") if self.signed_in else ""

    @cached_property
    def searched(self) -> str:
        """Return what the box shows: the words of the search on its own page, nothing elsewhere."""
        return self._request.GET.get("q", "") if self.search_url and self._request.path == self.search_url else ""

    @cached_property
    def inbox_url(self) -> str:
        """Return where messages are read."""
        return navigation.address("inbox")

    @cached_property
    def activation_url(self) -> str:
        """Return where a slip opens an account."""
        return navigation.address("organisation:activate")

    @property
    def sign_on(self) -> str:
        """Return the name of the office's own sign-in; empty where there is none."""
        return settings.SIGN_ON.name if settings.SIGN_ON else ""

    @cached_property
    def unread(self) -> int:
        """Return how many messages wait unread; one SQL statement."""
        return messages.unread_count(self.actor.user_id) if self.actor.user_id else 0

    @cached_property
    def roles(self) -> list[Promise]:
        """Return the words for the roles that the reader holds, each once."""
        return [label for name, label in ROLE_LABELS.items() if name in self.actor.roles()]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the actor and the frame of the page."""
    return {"actor": getattr(request, "actor", None), "page": PageFrame(request)}
