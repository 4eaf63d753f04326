"""Tables: letters of responsibility, duties and contact points."""

from plumbline.responsibility.models.contact import ContactPoint, ContactRecord
from plumbline.responsibility.models.duty import CalendarFeed, Duty, DutyEvent, DutyNeed, DutyPartner, DutyStep

__all__ = [
    "CalendarFeed",
    "ContactPoint",
    "ContactRecord",
    "Duty",
    "DutyEvent",
    "DutyNeed",
    "DutyPartner",
    "DutyStep",
]
