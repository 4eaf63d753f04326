"""Planning a meeting, changing and cancelling it, inviting those who are expected, and holding one at once from its kind."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel import audit, clock, ids, messages, search
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.meeting.actions.common import (
    clean_lines,
    locked,
    put_into_search,
    reason_of,
    step,
    told,
    unconfirm,
    users_of,
)
from plumbline.meeting.models import Meeting
from plumbline.meeting.permissions import check_hold
from plumbline.meeting.queries.base import (
    MACHINE,
    Held,
    check_kind_held_by,
    days_of,
    held_of,
    kind_versions,
    people_on,
    roll_for,
)
from plumbline.meeting.rules.kinds import MOST_AGENDA, MOST_MINUTES, agenda_of, check_together, kind_on
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.standing import check_begun, check_stands
from plumbline.meeting.rules.states import Event, State
from plumbline.organisation import api as organisation

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of a meeting before it is held; ``agenda`` None takes that of its kinds, ``minutes`` 0 its usual length."""

    title: str
    starts_at: datetime
    place: str = ""
    also: Sequence[str] = ()
    agenda: Sequence[str] | None = None
    minutes: int = 0
    group_name: str = ""
    chosen: Collection[int] = field(default=())
    chair_id: int | None = None
    recorder_id: int | None = None


@transaction.atomic
def plan_meeting(*, by: Actor, at: datetime, unit_id: int, kind: str, plan: Plan) -> Meeting:
    """Plan a meeting of an organisation. Chair and recorder are suggested where the plan names none.

    Raises NotPermitted, Refused (no such kind, kinds that do not go together, a day on which the unit did not stand).
    """
    meeting = Meeting(unit_id=unit_id, kind=kind, secret=ids.new_secret(24), made_by=by.pseudonym, made_at=at)
    unit = organisation.organisation_for(MACHINE, unit_id)
    check_hold(by, unit.path, f"unit:{unit_id}")
    held = _write(meeting, plan)
    check_kind_held_by(held.kind, unit.kind)
    _officers(by, meeting, plan)
    meeting.record = _begun_record(held)
    meeting.save()
    meeting = Meeting.objects.select_related("unit").get(pk=meeting.pk)
    held = held_of(meeting)
    audit.record(
        by=by, at=at, action="meeting.plan", subject=f"meeting:{meeting.pk}",
        new={"unit": unit_id, "kind": kind, "also": list(plan.also), "starts_at": plan.starts_at, "title": plan.title},
    )  # fmt: skip
    put_into_search(held, at)
    return meeting


@transaction.atomic
def hold_now(*, by: Actor, at: datetime, unit_id: int, kind: str, also: Sequence[str] = (), title: str = "") -> Meeting:
    """Begin a meeting at once from the template of its kind; what the template leaves open is written later.

    Raises NotPermitted, Refused as :func:`plan_meeting`.
    """
    name = title.strip() or str(kind_on(kind_versions(), kind, clock.day_of(at)).name)
    meeting = plan_meeting(
        by=by, at=at, unit_id=unit_id, kind=kind, plan=Plan(name, at, also=also, place=_place(unit_id))
    )
    meeting.state = State.OPEN.value
    meeting.save(update_fields=["state"])
    told(by, at, meeting, "open", {})
    return meeting


@transaction.atomic
def change_meeting(*, by: Actor, at: datetime, meeting_id: int, plan: Plan) -> Meeting:
    """Change what is said of a meeting that is not filed; confirmations that were given are taken back.

    Raises NotPermitted, Refused.
    """
    meeting = locked(meeting_id, "meeting.hold")
    check_hold(by, meeting.unit.path, f"meeting:{meeting_id}")
    step(meeting, Event.CHANGE)
    old = {"title": meeting.title, "starts_at": meeting.starts_at, "place": meeting.place, "also": meeting.also}
    held = _write(meeting, plan)
    if meeting.state != State.PLANNED.value:
        check_begun(meeting.held_on, clock.day_of(at))
    _officers(by, meeting, plan)
    unconfirm(meeting)
    meeting.save()
    new = {"title": meeting.title, "starts_at": meeting.starts_at, "place": meeting.place, "also": meeting.also}
    audit.record(by=by, at=at, action="meeting.change", subject=f"meeting:{meeting_id}", old=old, new=new)
    put_into_search(held, at)
    if meeting.invited_at and meeting.state == State.PLANNED.value and old["starts_at"] != new["starts_at"]:
        _tell(held, at, _("Moved: {title}"))
    return meeting


@transaction.atomic
def cancel_meeting(*, by: Actor, at: datetime, meeting_id: int, reason: str) -> Meeting:
    """Cancel a meeting that was never filed, with the reason; those invited are told. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.hold")
    check_hold(by, meeting.unit.path, f"meeting:{meeting_id}")
    step(meeting, Event.CANCEL)
    meeting.reason = reason_of(reason)
    meeting.save()
    told(by, at, meeting, "cancel", {}, reason=meeting.reason)
    search.remove("meeting", meeting.pk)
    if meeting.invited_at:
        _tell(held_of(meeting), at, _("Cancelled: {title}"), meeting.reason)
    return meeting


@transaction.atomic
def invite(*, by: Actor, at: datetime, meeting_id: int) -> int:
    """Invite everybody expected who has an account, and return how many were told. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.hold")
    check_hold(by, meeting.unit.path, f"meeting:{meeting_id}")
    step(meeting, Event.CHANGE)
    if meeting.state != State.PLANNED.value:
        raise Refused(_("The meeting has begun: invitations are no longer sent."))
    count = _tell(held_of(meeting), at, _("Invitation: {title}"))
    meeting.invited_at = at
    meeting.save(update_fields=["invited_at"])
    told(by, at, meeting, "invite", {"told": count})
    return count


def _tell(held: Held, at: datetime, subject: str, words: str = "") -> int:
    """Send a message to everybody expected; each reads it in the language of the office."""
    meeting = held.meeting
    with translation.override(translation.get_language() or "en"):
        when = timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d %H:%M")
        lines = [f"{held.names} · {meeting.unit.name}", when, meeting.place, *meeting.agenda, words]
    return messages.send(
        to=users_of([one.member_id for one in roll_for(held).expected]), subject=subject.format(title=meeting.title),
        body="\n".join(line for line in lines if line), link=f"/meetings/{meeting.pk}/", at=at,
    )  # fmt: skip


def _write(meeting: Meeting, plan: Plan) -> Held:
    """Put a plan into a meeting; raises Refused where it cannot be."""
    meeting.title, meeting.place = plan.title.strip(), plan.place.strip()[:200]
    meeting.starts_at, meeting.held_on = plan.starts_at, clock.day_of(plan.starts_at)
    meeting.also, meeting.group_name = list(plan.also), plan.group_name.strip()[:80]
    if not meeting.title or len(meeting.title) > LONGEST_TITLE:
        raise Refused(_("Say what the meeting is about, in at most 200 characters."), "title")
    check_stands(days_of(meeting.unit_id), meeting.held_on)
    held = held_of(meeting)
    check_together(held.kind, plan.also)
    meeting.minutes = plan.minutes or max(one.minutes for one in held.kinds)
    if not 0 < meeting.minutes <= MOST_MINUTES:
        raise Refused(_("A meeting lasts between one minute and a day."), "minutes")
    meeting.agenda = clean_lines(agenda_of(held.kind, held.also) if plan.agenda is None else plan.agenda)[:MOST_AGENDA]
    meeting.chosen = _chosen(meeting, plan.chosen)
    return held


def _chosen(meeting: Meeting, wanted: Collection[int]) -> list[int]:
    """Return those chosen for a group, refusing who is no member of the organisation on that day."""
    if not wanted:
        return []
    there = {one.member_id for one in people_on(meeting.unit_id, meeting.held_on)}
    strangers = len(set(wanted) - there)
    if strangers:
        text = ngettext(
            "{n} of those chosen is no member of the organisation on that day.",
            "{n} of those chosen are no members of the organisation on that day.", strangers,
        )  # fmt: skip
        raise Refused(text.format(n=strangers), "chosen")
    return sorted(set(wanted))


def _begun_record(held: Held) -> dict[str, object]:
    texts: dict[str, str] = {}
    for kind in held.kinds:
        for name, text in (kind.template or {}).items():
            texts.setdefault(name, str(text))
    return {"texts": texts, "speeches": [], "resolutions": []}


def _place(unit_id: int) -> str:
    """Return where the organisation met last, "" where it never did."""
    last = Meeting.objects.filter(unit_id=unit_id).exclude(place="").order_by("-starts_at").first()
    return last.place if last else ""


def _officers(by: Actor, meeting: Meeting, plan: Plan) -> None:
    """Set chair and recorder: those named, else those of before, else suggested ones; they belong to the organisation."""
    people = organisation.people_of([meeting.unit_id], on=meeting.held_on)[meeting.unit_id]
    known = [one.user_id for one in people]
    for name in (plan.chair_id, plan.recorder_id):
        if name is not None and name not in known and name not in (meeting.chair_id, meeting.recorder_id):
            raise NotPermitted("meeting.name_officer", f"user:{name}")
    last = Meeting.objects.filter(unit_id=meeting.unit_id, kind=meeting.kind).exclude(pk=meeting.pk).first()
    secretary = next((one.user_id for one in people if one.is_secretary), None)
    chair = plan.chair_id or meeting.chair_id or secretary or by.user_id
    wished = (plan.recorder_id, meeting.recorder_id, last.recorder_id if last else None, by.user_id)
    posted = [one.user_id for one in people if one.post]
    suggested = [one for one in (*wished, *posted, *known) if one is not None and one != chair]
    meeting.chair_id = chair if chair in known or chair == by.user_id else None
    meeting.recorder_id = next((one for one in suggested if one in known or one == by.user_id), None)
