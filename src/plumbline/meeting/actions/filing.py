"""Confirming by chair and recorder, filing, correcting and withdrawing. Filing posts the facts that a meeting stands for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import clock, search
from plumbline.kernel.actor import Actor, Grant
from plumbline.ledger import api as ledger
from plumbline.meeting.actions.common import locked, put_into_search, reason_of, step, told, unconfirm
from plumbline.meeting.actions.holding import close, settle_roll
from plumbline.meeting.actions.owing import forgive, owe_problems
from plumbline.meeting.models import FiledVersion, Meeting, MeetingFact, SentText
from plumbline.meeting.permissions import check_confirm, check_hold, check_record
from plumbline.meeting.queries.base import MACHINE, Held, days_of, held_of, quorum_for, setting_for
from plumbline.meeting.queries.filed import decided, document_of, kept_of, lack_words, presence_rows
from plumbline.meeting.rules.attendance import THERE, Presence, Quorum, Roll
from plumbline.meeting.rules.counting import Counted, Recount, facts_of, recount
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.record import fingerprint, from_document, lacks
from plumbline.meeting.rules.standing import check_begun, check_stands
from plumbline.meeting.rules.states import Event, State

SOURCE = "meeting"


@transaction.atomic
def confirm(*, by: Actor, at: datetime, meeting_id: int, then_file: bool = False) -> Meeting:
    """Confirm the record as chair or as recorder; the second of the two makes it confirmed, and files it where asked.

    Signing in ends with the first confirmation. Raises NotPermitted (neither chair nor recorder), Refused (one person for
    both, text to be chosen between, a record that cannot be filed).
    """
    meeting = locked(meeting_id, "meeting.confirm")
    check_confirm(by, meeting)
    if meeting.state == State.OPEN.value:
        close(by, at, meeting)
    if meeting.state != State.HELD.value:
        step(meeting, Event.CONFIRM)
    _check_two(meeting)
    if SentText.objects.filter(meeting=meeting, settled=False).exists():
        raise Refused(_("Two texts of the minutes stand side by side: choose one before you confirm."))
    if by.user_id == meeting.chair_id:
        meeting.chair_said = at
    else:
        meeting.recorder_said = at
    if meeting.chair_said and meeting.recorder_said:
        step(meeting, Event.CONFIRM)
    meeting.save(update_fields=["chair_said", "recorder_said", "state"])
    told(by, at, meeting, "confirm", {"as": "chair" if by.user_id == meeting.chair_id else "recorder"})
    if then_file and meeting.state == State.CONFIRMED.value:
        _file(by, at, meeting)
    return meeting


def _check_two(meeting: Meeting) -> None:
    if meeting.chair_id is None or meeting.recorder_id is None:
        raise Refused(_("Name a chair and a recorder who have accounts: both confirm the record."), "recorder")
    if meeting.chair_id == meeting.recorder_id:
        raise Refused(_("Chair and recorder are two persons: name somebody else as recorder."), "recorder")


@transaction.atomic
def take_back(*, by: Actor, at: datetime, meeting_id: int, reason: str) -> Meeting:
    """Take the confirmation of a record back, with the reason, to change it. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    step(meeting, Event.REOPEN)
    words = reason_of(reason)
    unconfirm(meeting)
    meeting.save(update_fields=["chair_said", "recorder_said", "state"])
    told(by, at, meeting, "take_back", {}, reason=words)
    return meeting


@transaction.atomic
def file_record(*, by: Actor, at: datetime, meeting_id: int) -> Meeting:
    """File a confirmed record: from then on it is only read, and its facts count.

    Raises NotPermitted, Refused (not confirmed, no quorum, incomplete where incomplete materials count as missing).
    """
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    _file(by, at, meeting)
    return meeting


def _file(by: Actor, at: datetime, meeting: Meeting) -> None:
    step(meeting, Event.FILE)
    check_stands(days_of(meeting.unit_id), meeting.held_on)
    check_begun(meeting.held_on, clock.day_of(at))
    held = held_of(meeting)
    roll = settle_roll(meeting, at)
    presence = presence_rows(meeting)
    quorum = quorum_for(held, roll, {one.member_id: one.presence for one in presence})
    meeting.lacks = list(_lacking(held, quorum))
    meeting.version += 1
    meeting.filed_at = at
    document = document_of(held, roll, quorum, presence)
    reason = meeting.reason if meeting.version > 1 else ""
    FiledVersion.objects.create(
        meeting=meeting, number=meeting.version, document=document, sha256=fingerprint(document), reason=reason,
        filed_by=by.pseudonym, filed_at=at,
    )  # fmt: skip
    meeting.save()
    _count(by, at, held, roll, quorum, {one.member_id: one.presence for one in presence})
    SentText.objects.filter(meeting=meeting).delete()
    owe_problems(by, at, meeting)
    told(by, at, meeting, "file", {"version": meeting.version, "lacks": meeting.lacks}, reason=reason)
    put_into_search(held, at)


def _lacking(held: Held, quorum: Quorum) -> tuple[str, ...]:
    """Return what the record lacks. Raises Refused without a quorum, and for any lack where records are treated strictly."""
    meeting = held.meeting
    if not quorum.reached:
        text = _(
            "{present} of {entitled} members entitled were there, {needed} are needed: a meeting without its quorum cannot be "
            "filed as held. Correct the list of those present, or cancel the meeting."
        )
        raise Refused(text.format(present=quorum.present, entitled=quorum.entitled, needed=quorum.needed), "attendance")
    record = from_document(meeting.record)
    wrong = next((one.problem for one in decided(held, quorum, record.resolutions) if one.decision is None), "")
    if wrong:
        raise Refused(wrong, "resolutions")
    found = lacks(held.fields, record, kept_of(meeting, quorum))
    if found and setting_for(meeting.unit.path).strict:
        text = _("Incomplete materials count as missing here. The record still lacks: {list}.")
        raise Refused(text.format(list=", ".join(lack_words(found))))
    return found


def _count(by: Actor, at: datetime, held: Held, roll: Roll, quorum: Quorum, presence: Mapping[int, Presence]) -> None:
    """Post the facts of a filed record; of a correction, those that changed supersede the ones before."""
    meeting = held.meeting
    learners = [one.pseudonym for one in roll.expected if presence.get(one.member_id) in THERE]
    now = facts_of(
        [one.code for one in held.kinds], topic=meeting.title, came=quorum.came, expected=quorum.expected,
        learning=held.learning, minutes=meeting.minutes, learners=learners,
    )  # fmt: skip
    rows = MeetingFact.objects.filter(meeting=meeting)
    change = recount({(row.kind, row.slot): row.fact_id for row in rows}, now)
    _post(by, at, meeting, change)
    _correct(by, at, meeting, change)
    _withdraw(by, at, meeting, change.withdraw)


def _post(by: Actor, at: datetime, meeting: Meeting, change: Recount) -> None:
    drafts = [
        ledger.FactDraft(
            kind=one.kind, unit_id=meeting.unit_id, occurred_on=meeting.held_on, quantity=one.quantity,
            attributes=dict(one.attributes), member=_learner(one), source=SOURCE,
            sender_key=f"{meeting.pk}/{meeting.version}/{one.kind}/{one.slot}", evidence=_evidence(meeting, one),
        )
        for one in change.post
    ]  # fmt: skip
    if drafts:
        ids = ledger.post_many(by=by, at=at, drafts=drafts)
        MeetingFact.objects.bulk_create(
            [
                MeetingFact(meeting=meeting, fact_id=fact_id, kind=one.kind, slot=one.slot)
                for fact_id, one in zip(ids, change.post, strict=True)
            ]
        )


def _learner(one: Counted) -> UUID | None:
    return None if one.kind != "learning.session" else UUID(one.slot)


def _evidence(meeting: Meeting, one: Counted) -> tuple[int, ...]:
    """Return the files of the meeting; the fact of one who learned carries none, it would name all of them to everybody."""
    return tuple(sorted({*meeting.photos, *meeting.materials})) if one.kind == "meeting.held" else ()


def _correct(by: Actor, at: datetime, meeting: Meeting, change: Recount) -> None:
    if not change.check:
        return
    facts = {one.pk: one for one in ledger.visible_facts(MACHINE).filter(pk__in=[pk for pk, _one in change.check])}
    for fact_id, one in change.check:
        values: dict[str, Any] = {
            "occurred_on": meeting.held_on, "quantity": one.quantity, "attributes": _clean(one.attributes),
            "evidence": _evidence(meeting, one),
        }  # fmt: skip
        old = facts[fact_id]
        if {**values, "evidence": list(values["evidence"])} != {name: getattr(old, name) for name in values}:
            keeper = _keeper(by, meeting)
            new = ledger.correct(by=keeper, at=at, fact_id=fact_id, reason=meeting.reason, **values)
            MeetingFact.objects.filter(meeting=meeting, fact_id=fact_id).update(fact_id=new.pk)


def _clean(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes as the ledger keeps them: empty texts are left out."""
    return {name: value for name, value in attributes.items() if value != ""}


def _withdraw(by: Actor, at: datetime, meeting: Meeting, fact_ids: tuple[int, ...]) -> None:
    for fact_id in fact_ids:
        ledger.withdraw(by=_keeper(by, meeting), at=at, fact_id=fact_id, reason=meeting.reason)
    MeetingFact.objects.filter(meeting=meeting, fact_id__in=fact_ids).delete()


def _keeper(by: Actor, meeting: Meeting) -> Actor:
    """Return the actor as keeper of this unit's facts.

    The chair or the recorder who files a correction may hold no role; that they may file was checked by this area, and the
    ledger asks its own question of whoever corrects. The pseudonym stays theirs.
    """
    return replace(as_plain(by), grants=(*by.grants, Grant("secretary", meeting.unit_id, meeting.unit.path)))


def as_plain(by: Actor) -> Actor:
    """Return the actor as a plain value: that of a request stands behind a proxy, which ``replace`` does not take."""
    return Actor(
        pseudonym=by.pseudonym, user_id=by.user_id, member_id=by.member_id, grants=tuple(by.grants),
        is_superuser=by.is_superuser, address=by.address,
    )  # fmt: skip


@transaction.atomic
def begin_correction(*, by: Actor, at: datetime, meeting_id: int, reason: str) -> Meeting:
    """Open a filed record again as its next version, with the reason; what was filed stands until that one is filed.

    Raises NotPermitted, Refused.
    """
    meeting = locked(meeting_id, "meeting.hold")
    check_hold(by, meeting.unit.path, f"meeting:{meeting_id}")
    step(meeting, Event.CORRECT)
    meeting.reason = reason_of(reason)
    unconfirm(meeting)
    meeting.save(update_fields=["state", "reason", "chair_said", "recorder_said"])
    told(by, at, meeting, "correct", {"version": meeting.version + 1}, reason=meeting.reason)
    return meeting


@transaction.atomic
def withdraw_record(*, by: Actor, at: datetime, meeting_id: int, reason: str) -> Meeting:
    """Withdraw a meeting that was filed, with the reason: its facts count no longer. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.hold")
    check_hold(by, meeting.unit.path, f"meeting:{meeting_id}")
    step(meeting, Event.WITHDRAW)
    meeting.reason = reason_of(reason)
    meeting.save(update_fields=["state", "reason"])
    _withdraw(by, at, meeting, tuple(MeetingFact.objects.filter(meeting=meeting).values_list("fact_id", flat=True)))
    forgive(by, at, meeting, meeting.reason)
    search.remove("meeting", meeting.pk)
    told(by, at, meeting, "withdraw", {}, reason=meeting.reason)
    return meeting
