"""How django-allauth behaves here: accounts come from the roster, never from a public form or from elsewhere."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up alone: accounts are made by the administrator and opened with a slip."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False."""
        return False


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The office's sign-in opens the account of the same user name; it makes none, and never a superuser's."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie a first sign-in to the account whose user name the office vouches for; refuse where there is none."""
        if sociallogin.is_existing:
            return
        named_by = settings.SIGN_ON.claim if settings.SIGN_ON else "sub"
        told = str(_claim(sociallogin.account.extra_data, named_by) or "")
        user = User.objects.filter(username=told, is_active=True, is_superuser=False).first() if told else None
        if user is None:
            answer = render(request, "account/sign_on_unknown.html", {"told": told[:150]}, status=403)
            raise ImmediateHttpResponse(answer)
        sociallogin.connect(request, user)
        audit.record(
            by=Actor(str(user.pseudonym), user.pk), at=clock.now(), action="accounts.connect_sign_on",
            subject=f"user:{user.pseudonym}", new={"provider": sociallogin.account.provider},
        )  # fmt: skip


def _claim(claims: dict[str, Any], name: str) -> Any:
    """Return a claim of the identity token, else of the answer about the user: providers put it in one or the other."""
    for part in (claims.get("id_token"), claims.get("userinfo"), claims):
        if isinstance(part, dict) and part.get(name):
            return part[name]
    return None
