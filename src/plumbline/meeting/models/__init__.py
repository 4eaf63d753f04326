"""Tables of the meeting floor."""

from plumbline.meeting.models.kind import KindVersion, MeetingSetting, ThemeDayRule
from plumbline.meeting.models.meeting import (
    Attendance,
    FiledVersion,
    Guests,
    Meeting,
    MeetingFact,
    Problem,
    SentText,
    WrongCode,
)
from plumbline.meeting.models.talk import Talk
from plumbline.meeting.models.term import TermExtension, TermReminder

__all__ = [
    "Attendance", "FiledVersion", "Guests", "KindVersion", "Meeting", "MeetingFact", "MeetingSetting", "Problem",
    "SentText", "Talk", "TermExtension", "TermReminder", "ThemeDayRule", "WrongCode",
]  # fmt: skip
