"""Kinds of meeting, fixed theme days, and how strict records are treated: the committee's part."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.meeting.models import KindVersion, MeetingSetting, ThemeDayRule
from plumbline.meeting.permissions import check_change_kinds, check_hold, check_set_meetings
from plumbline.meeting.queries.base import MACHINE
from plumbline.meeting.rules.kinds import Kind, check_kind, to_document
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.talks import KIND as TALK
from plumbline.meeting.rules.theme_days import FixedDay, check_fixed_day
from plumbline.organisation import api as organisation

MOST_FILE_DAYS = 90


@transaction.atomic
def change_kind(*, by: Actor, at: datetime, kind: Kind) -> KindVersion:
    """Add a version of a kind of meeting that holds from its day on, or a local kind; what was held before stays as it was.

    Raises NotPermitted, Refused (a day that has passed, a code that is none, a version that cannot be used).
    """
    check_change_kinds(by)
    if not kind.code.isascii() or not kind.code.replace("_", "").replace("-", "").isalnum() or len(kind.code) > 40:
        raise Refused(_("A code has letters, digits and _ only, at most 40."), "code")
    if kind.code == TALK:
        raise Refused(_("Talks are no meetings with minutes; this code is taken."), "code")
    if kind.effective_on < clock.day_of(at):
        raise Refused(_("A new version begins today or later: what was held before stays as it was."), "effective_on")
    check_kind(kind, matters=organisation.MATTERS)
    row, _made = KindVersion.objects.update_or_create(
        code=kind.code, effective_on=kind.effective_on,
        defaults={"document": to_document(kind), "recorded_by": by.pseudonym, "recorded_at": at},
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="meeting.change_kind", subject=f"meeting_kind:{kind.code}",
        new={"effective_on": kind.effective_on, **to_document(kind)},
    )  # fmt: skip
    return row


@transaction.atomic
def set_theme_day(*, by: Actor, at: datetime, unit_id: int, rule: FixedDay) -> ThemeDayRule:
    """Fix the theme day of an organisation, and of all below it that fix none, from a day on. Raises NotPermitted, Refused."""
    unit = organisation.organisation_for(MACHINE, unit_id)
    check_hold(by, unit.path, f"unit:{unit_id}")
    check_fixed_day(rule)
    row, _made = ThemeDayRule.objects.update_or_create(
        unit_id=unit_id, effective_on=rule.effective_on,
        defaults={
            "ordinal": rule.ordinal, "weekday": rule.weekday, "day": rule.day, "recorded_by": by.pseudonym,
            "recorded_at": at,
        },
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="meeting.set_theme_day", subject=f"unit:{unit_id}",
        new={"effective_on": rule.effective_on, "ordinal": rule.ordinal, "weekday": rule.weekday, "day": rule.day},
    )  # fmt: skip
    return row


@transaction.atomic
def set_strictness(*, by: Actor, at: datetime, unit_id: int, strict: bool, file_days: int) -> MeetingSetting:
    """Say whether incomplete materials count as missing below a unit, and when a record is to be filed.

    Raises NotPermitted, Refused.
    """
    unit = organisation.organisation_for(MACHINE, unit_id)
    check_set_meetings(by, unit.path, f"unit:{unit_id}")
    if not 1 <= file_days <= MOST_FILE_DAYS:
        raise Refused(_("A record is filed within 1 to 90 days."), "file_days")
    row, _made = MeetingSetting.objects.update_or_create(
        unit_id=unit_id, defaults={"strict": strict, "file_days": file_days}
    )
    audit.record(
        by=by, at=at, action="meeting.set", subject=f"unit:{unit_id}", new={"strict": strict, "file_days": file_days}
    )
    return row
