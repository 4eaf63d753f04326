"""Units, members, posts and roles, one noun a file."""

from plumbline.organisation.models.member import Member, MemberStatus
from plumbline.organisation.models.post import Appointment, Post, PostDuty
from plumbline.organisation.models.role import Role, RoleGrant
from plumbline.organisation.models.unit import Department, Organisation, OrganisationKind, Unit, UnitCategory

__all__ = [
    "Appointment",
    "Department",
    "Member",
    "MemberStatus",
    "Organisation",
    "OrganisationKind",
    "Post",
    "PostDuty",
    "Role",
    "RoleGrant",
    "Unit",
    "UnitCategory",
]
