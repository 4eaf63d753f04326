"""Sign-ins and failures, kept in the audit. Django tells of them by signals of its own; no area listens to another."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User


def _address(request: HttpRequest | None) -> str:
    return request.META.get("REMOTE_ADDR", "") if request else ""


def _of(user: Any, request: HttpRequest | None) -> Actor:
    return Actor(pseudonym=str(user.pseudonym), user_id=user.pk, address=_address(request))


def signed_in(sender: object, user: Any, request: HttpRequest | None = None, **_more: object) -> None:  # noqa: ARG001
    """Note a sign-in."""
    audit.record(by=_of(user, request), at=clock.now(), action="accounts.sign_in", subject=f"user:{user.pk}")


def signed_out(sender: object, user: Any, request: HttpRequest | None = None, **_more: object) -> None:  # noqa: ARG001
    """Note a sign-out; a session that had already ended has no user."""
    if user is not None:
        audit.record(by=_of(user, request), at=clock.now(), action="accounts.sign_out", subject=f"user:{user.pk}")


def failed(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: object) -> None:  # noqa: ARG001
    """Note a failed sign-in: which account, if there is one; never what was typed, which may be a password."""
    tried = User.objects.filter(username=str(credentials.get("username", ""))).values_list("pk", flat=True).first()
    audit.record_refusal(
        by=Actor(pseudonym="public", address=_address(request)),
        at=clock.now(),
        action="accounts.sign_in_failed",
        subject=f"user:{tried}" if tried else "user:unknown",
    )


def connect() -> None:
    """Listen, once for each process."""
    user_logged_in.connect(signed_in, dispatch_uid="plumbline.sign_in")
    user_logged_out.connect(signed_out, dispatch_uid="plumbline.sign_out")
    user_login_failed.connect(failed, dispatch_uid="plumbline.sign_in_failed")
