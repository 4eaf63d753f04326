"""Personal data: a copy for the person it is about, and erasure once the law allows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, search
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation.models import Exclusion, Member, MemberStatus, RoleGrant
from plumbline.organisation.permissions import check_export, check_member
from plumbline.organisation.queries.personal import personal_data
from plumbline.organisation.rules.problems import Refused


@transaction.atomic
def export_member(*, by: Actor, at: datetime, member: Member) -> Mapping[str, Any]:
    """Return everything that is kept about a member as plain values for JSON; that somebody took it is audited.

    Raises NotPermitted unless it is one's own or the actor is the secretary or administrator.
    """
    check_export(by, member)
    audit.record(by=by, at=at, action="organisation.export_member", subject=f"member:{member.pseudonym}")
    return personal_data(member)


def check_can_erase(member: Member) -> None:
    """Refuse an erasure while the membership lasts: the organisation needs the data, and the law allows it to."""
    if member.erased_at:
        raise Refused(_("The personal data of this member has been erased already."))
    if member.status != MemberStatus.LEFT:
        raise Refused(
            _("The data of a member is needed as long as the membership lasts: record first that the member has left.")
        )


@transaction.atomic
def erase_member(*, by: Actor, at: datetime, member: Member, reason: str) -> None:
    """Erase name, number, birth, telephone and account of a member who has left; the pseudonym and the history stay.

    Facts and the audit name people by the pseudonym alone, so that what happened stays provable. Raises NotPermitted,
    Refused while the membership lasts.
    """
    row = Member.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=member.pk)
    check_member(by, "organisation.erase_member", row)
    check_can_erase(row)
    if not reason.strip():
        raise Refused(_("Say on whose request or by which rule the data is erased."), "reason")
    user_id = row.user_id
    row.name = row.phone = row.pinyin_key = row.stroke_key = row.initials = ""
    row.number = f"erased-{row.pk}"
    row.born_on = row.user = None
    row.erased_at = at
    row.save()
    Exclusion.objects.filter(member=row).update(note="")
    if user_id:
        _erase_account(user_id)
    search.remove("member", row.pk)
    audit.record(
        by=by,
        at=at,
        action="organisation.erase_member",
        subject=f"member:{row.pseudonym}",
        new={"erased": ["name", "number", "born_on", "phone", "account"]},
        reason=reason,
    )
    member.refresh_from_db()


def _erase_account(user_id: int) -> None:
    """Close an account for good and forget its name; the pseudonym stays."""
    user = User.objects.get(pk=user_id)
    user.username = f"erased-{user.pk}"
    user.display_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    RoleGrant.objects.filter(user_id=user_id).delete()
