"""The words for roles, as the frame and the account page show them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLE_LABELS: Mapping[str, Promise] = {
    "administrator": _("committee administrator"),
    "assessor": _("assessor"),
    "secretary": _("secretary"),
    "organiser": _("organiser"),
    "inspector": _("inspector"),
    "member": _("member"),
    "auditor": _("auditor"),
}
"""The label of each role by its code, in the order of the blueprint; a test compares it with the organisation's."""
