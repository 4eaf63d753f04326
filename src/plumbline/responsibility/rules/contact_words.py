"""Words for what leaders record at their contact points, and for what a visit was."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.responsibility.rules.contacts import RecordKind

RECORD_KINDS: dict[RecordKind, Promise] = {
    RecordKind.VISIT: pgettext_lazy("contact point", "visit"),
    RecordKind.LECTURE: pgettext_lazy("contact point", "lecture"),
    RecordKind.PROBLEM: pgettext_lazy("contact point", "problem"),
}
PURPOSES: dict[str, Promise] = {
    "contact_point": _("the contact point itself"),
    "household": _("a household that is helped"),
    "other": _("something else"),
}
"""What a visit was for; the codes of the fact kind ``contact.visit``."""
