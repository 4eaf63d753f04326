"""Freezing: the inputs of a round become a snapshot that never changes again."""

import platform
from collections.abc import Mapping
from datetime import datetime
from importlib import metadata
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from psycopg.errors import SerializationFailure

from plumbline.assessment.actions import storage
from plumbline.assessment.actions.isolation import consistent
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.rounds import check_profiles, round_for_change
from plumbline.assessment.models import Round, RoundUnit, Snapshot
from plumbline.assessment.queries.scope import looked_at
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules.canonical import hash_of
from plumbline.assessment.rules.rounds import RoundEvent, RoundState
from plumbline.kernel import audit, messages
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger

UUID_LENGTH = 36
"""How long the pseudonym of a person is; the machine and other systems have names of another form."""


def freeze(*, by: Actor, at: datetime, round_id: int, event: RoundEvent = RoundEvent.FREEZE) -> Snapshot:
    """Freeze the round's facts, units, classes and applicability as they stand at ``at``, and return the snapshot.

    ``event`` is AMEND where a published result is calculated anew.

    One REPEATABLE READ transaction: postings under way are waited for, later ones are told that they come too late. The
    manifest's hash goes into the outbox of the transparency log in the same transaction.
    Raises NotPermitted, WrongState, Refused (no units; somebody changed the round at the same moment), OSError, and
    RuntimeError inside another transaction.
    """
    with transaction.atomic():  # who may not, is told before anybody's posting is held back
        round_for_change(by, round_id, event)
    try:
        with consistent():
            watermark = ledger.watermark_now()
            round_ = round_for_change(by, round_id, event)
            if not RoundUnit.objects.filter(round=round_).exists():
                raise Refused(_("Choose the units to be assessed before the round is frozen."), field="units")
            check_profiles(round_)
            overtaken = _overtaken(round_, at, watermark)
            snapshot = _save_snapshot(by, at, round_, watermark, sorted(overtaken))
            _tell(round_, at, set(overtaken.values()))
    except OperationalError as problem:
        if isinstance(problem.__cause__, SerializationFailure):
            raise Refused(
                _("Somebody changed the round at the same moment. Look at it and freeze it again.")
            ) from problem
        raise
    return snapshot


def _save_snapshot(by: Actor, at: datetime, round_: Round, watermark: int, overtaken: list[int]) -> Snapshot:
    from plumbline.assessment.actions import inputs  # loads Arrow: only those who freeze wait for it

    version = round_.scheme_version
    tables = inputs.gather(round_, scheme_of(version), as_of=at, watermark=watermark)
    about = _about(round_, at, tables) | {"watermark": watermark, "overtaken": overtaken}
    folder, manifest = storage.write(tables, version.document, about)
    number = (Snapshot.objects.filter(round=round_).aggregate(last=Max("number"))["last"] or 0) + 1
    snapshot = Snapshot.objects.create(
        round=round_, number=number, folder=folder, manifest=manifest, manifest_hash=hash_of(manifest),
        as_of=at, frozen_by=by.pseudonym,
    )  # fmt: skip
    round_.snapshot, round_.state = snapshot, RoundState.FROZEN.value
    round_.save(update_fields=["snapshot", "state"])
    ledger.publish(
        at=at, kind="assessment.snapshot", subject=f"round:{round_.pk}",
        document={"round": round_.title, "snapshot": number, "manifest_hash": snapshot.manifest_hash},
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="assessment.freeze", subject=f"round:{round_.pk}",
        new={"snapshot": number, "manifest_hash": snapshot.manifest_hash, "as_of": at.isoformat()},
    )  # fmt: skip
    return snapshot


def _about(round_: Round, at: datetime, tables: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest without its files: what was frozen, by which scheme, when, with which software."""
    return {
        "format": 1,
        "round": {"id": round_.pk, "title": round_.title, "from": str(round_.from_on), "until": str(round_.until_on)},
        "scheme": {
            "code": round_.scheme_version.scheme.code,
            "version": round_.scheme_version.number,
            "hash": round_.scheme_version.document_hash,
        },
        "as_of": at.isoformat(),
        "decimals": decimals_of(round_),
        **({"taken_from_units": sorted(round_.home_kinds)} if round_.home_kinds else {}),
        "counts": {name: table.num_rows for name, table in tables.items()},
        "versions": {name: metadata.version(name) for name in ("plumbline", "pyarrow")}
        | {"python": platform.python_version()},
    }


def decimals_of(round_: Round) -> dict[str, int]:
    """Return with how many decimal places the quantities of the scheme's kinds are kept: needed to read them, years later."""
    used = scheme_of(round_.scheme_version).kinds_used()
    return {kind.code: kind.places for kind in ledger.kinds() if kind.code in used}


def _overtaken(round_: Round, at: datetime, watermark: int) -> dict[int, str]:
    """Facts recorded after ``at`` and before the lock, with those who filed them: left out, and nobody was warned."""
    there = ledger.current_facts(None, from_=round_.from_on, until=round_.until_on, watermark=watermark)
    found = looked_at(round_, there.filter(recorded_at__gt=at))
    return dict(found.order_by().values_list("pk", "recorded_by"))


def _tell(round_: Round, at: datetime, pseudonyms: set[str]) -> None:
    people = [text for text in pseudonyms if len(text) == UUID_LENGTH]
    messages.send(
        to=User.objects.filter(pseudonym__in=people).values_list("pk", flat=True),
        subject=_("Your facts came after the freeze of “{title}”").format(title=round_.title),
        body=_("They are kept in the ledger, but they do not count in this round."),
        link=f"/rounds/{round_.pk}/",
        at=at,
    )
