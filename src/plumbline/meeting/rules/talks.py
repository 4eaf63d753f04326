"""Heart-to-heart talks (谈心谈话): that they were held, between whom by class, and when. Never what was said (DOMAIN 3.1)."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.meeting.rules.problems import Refused

PAIRS: Mapping[str, object] = {
    "committee_committee": gettext_lazy("committee member with committee member"),
    "committee_member": gettext_lazy("committee member with member"),
    "member_member": gettext_lazy("member with member"),
}
"""The classes of DOMAIN 3.1: at least one talk a year in each."""
MOST_AT_ONCE = 200
KIND = "talk"


def check_talk(pair: str, held_on: date, count: int, today: date) -> None:
    """Refuse a class that is none, a day to come, and numbers that cannot be."""
    if pair not in PAIRS:
        raise Refused(_("Choose between whom the talks were held."), "pair")
    if held_on > today:
        raise Refused(_("A talk is recorded once it was held: this day is still to come."), "held_on")
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(_("Give the number of talks of that day, 1 to 200."), "count")
