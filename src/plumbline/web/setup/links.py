"""The one-time link that makes the first administrator. No default password exists anywhere.

``plumbline serve`` asks for a link at every start while there is no administrator. The data folder keeps only the
fingerprint of the newest secret, so an older link, a copied folder or a backup opens nothing.
"""

import json
import os
from datetime import datetime, timedelta
from enum import Enum
from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.urls import reverse

from plumbline.kernel import audit, clock, ids
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User

LIFETIME = timedelta(hours=24)
_LOCK = 7_031_940  # the advisory lock under which the first administrator is made


class LinkState(Enum):
    """What a link is worth."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class LinkRefused(Exception):
    """The link makes no administrator; ``state`` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(f"the set-up link is {state.value}")
        self.state = state


def _file() -> Path:
    return Path(settings.DATA_DIR) / "setup-link.json"


def has_administrator() -> bool:
    """Tell whether somebody already administers this installation; one SQL statement."""
    return bool(get_user_model().objects.filter(is_superuser=True, is_active=True).exists())


def ensure_setup_link(address: str = "", *, at: datetime | None = None) -> str | None:
    """Return a fresh link below ``address``, such as ``http://127.0.0.1:8000``; None once an administrator exists.

    Earlier links end with it. The link holds for 24 hours from ``at`` (by default from now).
    """
    if has_administrator():
        _file().unlink(missing_ok=True)
        return None
    secret = ids.new_secret()
    note = {"fingerprint": ids.fingerprint(secret), "made_at": (at or clock.now()).isoformat()}
    _write(json.dumps(note))
    return address.rstrip("/") + reverse("setup:begin", args=[secret])


def _write(text: str) -> None:
    """Replace the note whole, readable by its owner alone."""
    target = _file()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as note:
        note.write(text)
    fresh.replace(target)


def state_of(secret: str, *, at: datetime) -> LinkState:
    """Return what a link's secret is worth at ``at``."""
    if has_administrator():
        return LinkState.USED
    try:
        note = json.loads(_file().read_text())
    except FileNotFoundError:
        return LinkState.UNKNOWN
    if not compare_digest(note["fingerprint"], ids.fingerprint(secret)):
        return LinkState.UNKNOWN
    return LinkState.OPEN if at < datetime.fromisoformat(note["made_at"]) + LIFETIME else LinkState.EXPIRED


def create_first_administrator(
    *, secret: str, username: str, display_name: str, password: str, at: datetime, address: str = ""
) -> User:
    """Make the first administrator with an open link, and end the link; ``address`` is where the request came from.

    Raises LinkRefused where the link is used, expired or unknown; of two requests at once one is refused.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        state = state_of(secret, at=at)
        if state is not LinkState.OPEN:
            raise LinkRefused(state)
        user = User.objects.create_superuser(username, password, display_name=display_name)
        by = Actor(pseudonym=str(user.pseudonym), user_id=user.pk, is_superuser=True, address=address)
        audit.record(by=by, at=at, action="setup.create_first_administrator", subject=f"user:{user.pk}")
        transaction.on_commit(lambda: _file().unlink(missing_ok=True))
    return user
