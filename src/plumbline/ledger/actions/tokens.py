"""Tokens with which other systems file and read facts under one unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, ids
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.ledger.models import ApiToken
from plumbline.ledger.permissions import SENDER, check_issue_tokens
from plumbline.ledger.queries.facts import standings
from plumbline.ledger.queries.kinds import kinds_by_code
from plumbline.ledger.rules.tokens import Window, next_window, seconds_to_wait

PREFIX = "plb_"
LONGEST_NAME = 120


class TokenRefused(Exception):
    """The token cannot be made like this; the message says why."""


class TooManyCalls(Exception):
    """The token has used up its calls of this minute; ``wait`` are the seconds until it may call again."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"too many calls, wait {wait} s")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token with its secret, which is shown once and kept nowhere."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Another system that has shown a good token: its actor, the kinds it may file (none named: all), its source."""

    actor: Actor
    kinds: tuple[str, ...]
    source: str


@transaction.atomic
def issue_token(
    *,
    by: Actor,
    at: datetime,
    name: str,
    unit_id: int,
    kinds: Sequence[str] = (),
    expires_on: date | None = None,
) -> IssuedToken:
    """Make a token for another system; ``expires_on`` is its last day.

    Raises NotPermitted unless the actor administers the unit, TokenRefused for a name, kind or day that cannot be.
    """
    unit = standings([unit_id]).get(unit_id)
    if unit is None:
        raise NotPermitted("ledger.issue_token", f"unit:{unit_id}")
    check_issue_tokens(by, unit.path)
    _check_fields(name, kinds, expires_on, clock.day_of(at))
    secret = PREFIX + ids.new_secret()
    token = ApiToken.objects.create(
        name=name.strip(),
        fingerprint=ids.fingerprint(secret),
        unit_id=unit_id,
        kinds=sorted(set(kinds)),
        created_by=by.pseudonym,
        created_at=at,
        expires_on=expires_on,
    )
    new = {"name": token.name, "unit": unit_id, "kinds": token.kinds, "expires_on": str(expires_on or "")}
    audit.record(by=by, at=at, action="ledger.issue_token", subject=f"api_token:{token.pk}", new=new)
    return IssuedToken(token, secret)


def _check_fields(name: str, kinds: Sequence[str], expires_on: date | None, today: date) -> None:
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise TokenRefused(_("Name the other system, in at most %d characters.") % LONGEST_NAME)
    unknown = sorted(set(kinds) - kinds_by_code().keys())
    if unknown:
        raise TokenRefused(_("There is no fact kind %(kind)s.") % {"kind": ", ".join(unknown)})
    if expires_on is not None and expires_on < today:
        raise TokenRefused(_("The last day lies in the past."))


@transaction.atomic
def revoke_token(*, by: Actor, at: datetime, token_id: int) -> ApiToken:
    """Revoke a token at once; revoking it again changes nothing. Raises NotPermitted."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=token_id).first()
    if token is None:
        raise NotPermitted("ledger.issue_token", f"api_token:{token_id}")
    check_issue_tokens(by, token.unit.path)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        audit.record(by=by, at=at, action="ledger.revoke_token", subject=f"api_token:{token.pk}", new={"revoked": True})
    return token


@transaction.atomic
def admit(*, secret: str, at: datetime, address: str = "") -> Sender | None:
    """Return who calls with this secret, or None where it is unknown, expired or revoked; two SQL statements.

    Counts the call. Raises TooManyCalls.
    """
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related("unit")
    token = rows.filter(fingerprint=ids.fingerprint(secret), revoked_at=None).first()
    today = clock.day_of(at)
    if token is None or (token.expires_on is not None and token.expires_on < today):
        return None
    window = next_window(Window(token.window_started_at, token.window_calls), at)
    wait = seconds_to_wait(window, at)
    if wait:
        raise TooManyCalls(wait)
    token.window_started_at, token.window_calls, token.last_used_on = window.started_at, window.calls, today
    token.save(update_fields=["window_started_at", "window_calls", "last_used_on"])
    actor = Actor(
        pseudonym=str(token.pseudonym), grants=(Grant(SENDER, token.unit_id, token.unit.path),), address=address
    )
    return Sender(actor, tuple(token.kinds), f"api:{token.unit_id}:{token.name}")
