"""Tables: letters of responsibility, duties and contact points."""

from plumbline.responsibility.models.contact import ContactPoint, ContactRecord
from plumbline.responsibility.models.duty import CalendarFeed, Duty, DutyEvent, DutyNeed, DutyPartner, DutyStep
from plumbline.responsibility.models.letter import Letter, LetterEvent, LetterSignature, LetterTemplate

__all__ = [
    "CalendarFeed",
    "ContactPoint",
    "ContactRecord",
    "Duty",
    "DutyEvent",
    "DutyNeed",
    "DutyPartner",
    "DutyStep",
    "Letter",
    "LetterEvent",
    "LetterSignature",
    "LetterTemplate",
]
