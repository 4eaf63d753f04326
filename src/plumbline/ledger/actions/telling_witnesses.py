"""Brings the newest checkpoint to the witnesses: by their interface (C2SP ``tlog-witness``), by mail, and as a message."""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils.translation import gettext as _

from plumbline.kernel import clock, messages
from plumbline.kernel.actor import Actor
from plumbline.ledger.actions.witnessing import CosignatureRefused, accept_cosignatures
from plumbline.ledger.models import Cosignature, LogCheckpoint, Witness
from plumbline.ledger.queries.log_tiles import consistency_proof
from plumbline.ledger.rules.log.proofs import coded
from plumbline.organisation import api as organisation

_log = structlog.get_logger("plumbline.log")
PATIENCE = 20
"""Seconds that a witness has for its answer."""
LONGEST = 64 * 1024


@dataclass
class Told:
    """Who was told, and who could not be reached."""

    posted: list[str] = field(default_factory=list)
    mailed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def tell_witnesses(*, at: datetime, progress: Callable[[int, int], None] = lambda _done, _whole: None) -> Told:
    """Bring the newest checkpoint to every witness in use; one that fails keeps nobody else from it. Idempotent."""
    told = Told()
    checkpoint = LogCheckpoint.objects.select_related("origin").order_by("-pk").first()
    if checkpoint is None:
        return told
    found = list(Witness.objects.filter(is_active=True))
    for done, one in enumerate(found):
        progress(done, len(found))
        if one.url:
            (told.posted if _post(at, one, checkpoint) else told.failed).append(one.name)
        if one.mail and settings.SENDS_MAIL:
            (told.mailed if _mail(one, checkpoint) else told.failed).append(one.name)
    _message(at, checkpoint)
    return told


def _post(at: datetime, witness: Witness, checkpoint: LogCheckpoint) -> bool:
    """Post a checkpoint with the proof that the log grew since the witness last signed, and keep its cosignature."""
    last = Cosignature.objects.filter(witness=witness, checkpoint__origin=checkpoint.origin).order_by("-checkpoint_id")
    old = last.values_list("checkpoint__size", flat=True).first() or 0
    try:
        status, answer = _ask(witness, checkpoint, old)
        if status == 409 and answer.strip().isdecimal() and int(answer) <= checkpoint.size:  # it knows another size
            status, answer = _ask(witness, checkpoint, int(answer))
        if status == 200:
            accept_cosignatures(at=at, text=answer)
            return True
    except (OSError, ValueError, CosignatureRefused) as error:
        _log.warning("witness_not_reached", witness=witness.pk, why=str(error))
        return False
    _log.warning("witness_refused", witness=witness.pk, status=status)
    return False


def _ask(witness: Witness, checkpoint: LogCheckpoint, old: int) -> tuple[int, str]:
    """Return the status and the text of a witness's answer to ``add-checkpoint``."""
    proof = coded(consistency_proof(old, checkpoint.size))
    body = "\n".join([f"old {old}", *proof, "", checkpoint.note]).encode()
    address = f"{witness.url.rstrip('/')}/add-checkpoint"
    request = urllib.request.Request(address, body, {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310 - see add_witness
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - https, or this machine
            return int(answer.status), answer.read(LONGEST).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(LONGEST).decode("utf-8", "replace")


def _mail(witness: Witness, checkpoint: LogCheckpoint) -> bool:
    subject = _("Checkpoint of the transparency log %(name)s: %(n)d entries") % {
        "name": checkpoint.origin.name, "n": checkpoint.size,
    }  # fmt: skip
    try:
        EmailMessage(subject, f"{_words()}\n\n{checkpoint.note}", to=[witness.mail]).send()
    except OSError as error:
        _log.warning("witness_not_mailed", witness=witness.pk, why=str(error))
        return False
    return True


def _words() -> str:
    return _(
        "Please keep this checkpoint. Whoever keeps it can prove later what the log held today. A witness checks with "
        "“plumbline verify LOG --remember FILE --cosign KEY” that the log only grew, and brings the signature back to the page "
        "of the log."
    )


def _message(at: datetime, checkpoint: LogCheckpoint) -> None:
    """Give the checkpoint to the auditors, in the application and through its channels: the more keep it, the better."""
    tops = organisation.visible_units(Actor.system("ledger")).filter(path__regex=r"^/\d+/$")
    days = Q(ends_on=None) | Q(ends_on__gt=clock.day_of(at))
    auditors = {
        grant.user_id
        for top in tops
        for grant in organisation.grants_over(top).filter(days, role="auditor", user__is_active=True)
    }
    subject = _("Checkpoint of the transparency log: %(n)d entries") % {"n": checkpoint.size}
    messages.send(to=auditors, subject=subject, body=f"{_words()}\n\n{checkpoint.note}", link="/log/", at=at)
