"""Units, members, posts, roles and voting rules, one noun a file."""

from plumbline.organisation.models.member import (
    Exclusion,
    ExclusionReason,
    Member,
    MemberStanding,
    MemberStatus,
    StandingCause,
)
from plumbline.organisation.models.post import Appointment, DutyLine, Post, PostDuty
from plumbline.organisation.models.role import Role, RoleGrant
from plumbline.organisation.models.unit import (
    ChangeKind,
    Department,
    Organisation,
    OrganisationKind,
    Unit,
    UnitCategory,
    UnitChange,
)
from plumbline.organisation.models.voting import VotingRuleVersion

__all__ = [
    "Appointment",
    "ChangeKind",
    "Department",
    "DutyLine",
    "Exclusion",
    "ExclusionReason",
    "Member",
    "MemberStanding",
    "MemberStatus",
    "Organisation",
    "OrganisationKind",
    "Post",
    "PostDuty",
    "Role",
    "RoleGrant",
    "StandingCause",
    "Unit",
    "UnitCategory",
    "UnitChange",
    "VotingRuleVersion",
]
