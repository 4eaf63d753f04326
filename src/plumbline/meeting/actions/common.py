"""What every action on a meeting begins and ends with."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from plumbline.kernel import audit, search
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.meeting.models import Meeting
from plumbline.meeting.queries.base import MACHINE, Held
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.states import Event, State, next_state
from plumbline.organisation import api as organisation

LONGEST_REASON = 500


def locked(meeting_id: int, action: str) -> Meeting:
    """Return a meeting, held so that two who change it come one after the other. Raises NotPermitted for none."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("unit", "chair", "recorder")
    meeting = rows.filter(pk=meeting_id).first()
    if meeting is None:
        raise NotPermitted(action, f"meeting:{meeting_id}")
    return meeting


def step(meeting: Meeting, event: Event) -> None:
    """Put a meeting into the state to which an event leads. Raises Refused."""
    meeting.state = next_state(State(meeting.state), event, version=meeting.version).value


def reason_of(reason: str) -> str:
    """Return the reason without blanks. Raises Refused where there is none, or it is too long."""
    text = reason.strip()
    if not text:
        raise Refused(_("Say why: the reason stays beside the record."), "reason")
    if len(text) > LONGEST_REASON:
        raise Refused(_("The reason may have at most 500 characters."), "reason")
    return text


def unconfirm(meeting: Meeting) -> None:
    """Take both confirmations away: what they confirmed has changed."""
    meeting.chair_said = meeting.recorder_said = None


def told(by: Actor, at: datetime, meeting: Meeting, verb: str, new: dict[str, Any], *, reason: str = "") -> None:
    """Write what happened to a meeting into the audit."""
    audit.record(
        by=by, at=at, action=f"meeting.{verb}", subject=f"meeting:{meeting.pk}",
        new={"state": meeting.state, **new}, reason=reason,
    )  # fmt: skip


def put_into_search(held: Held, at: datetime) -> None:
    """Let the meeting be found by who may read the unit's meetings."""
    meeting = held.meeting
    search.put(
        kind="meeting", object_id=meeting.pk, title=f"{meeting.title} · {held.names}", url=f"/meetings/{meeting.pk}/",
        body=f"{meeting.unit.name} {meeting.place} {meeting.held_on.isoformat()}", path=meeting.unit.path, at=at,
    )  # fmt: skip


def users_of(member_ids: Collection[int]) -> list[int]:
    """Return the accounts of members; one SQL statement."""
    rows = organisation.visible_members(MACHINE).filter(pk__in=list(member_ids), user__isnull=False)
    return [user_id for user_id in rows.values_list("user_id", flat=True) if user_id is not None]


def clean_lines(lines: Iterable[str], longest: int = 200) -> list[str]:
    """Return lines without blanks and empty ones, cut to what a field holds."""
    return [line.strip()[:longest] for line in lines if line.strip()]
