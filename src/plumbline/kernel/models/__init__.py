"""The kernel's tables, one noun a file."""

from plumbline.kernel.models.audit import AuditEntry
from plumbline.kernel.models.calendar import CalendarDay, DayKind
from plumbline.kernel.models.evidence import Evidence
from plumbline.kernel.models.job import Job, JobState
from plumbline.kernel.models.message import Message
from plumbline.kernel.models.recurring import RecurringRun
from plumbline.kernel.models.search import SearchEntry
from plumbline.kernel.models.user import User, UserManager

__all__ = [
    "AuditEntry",
    "CalendarDay",
    "DayKind",
    "Evidence",
    "Job",
    "JobState",
    "Message",
    "RecurringRun",
    "SearchEntry",
    "User",
    "UserManager",
]
