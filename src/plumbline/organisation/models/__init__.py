"""Units, members, posts, roles, voting rules, rosters and slips, one noun a file."""

from plumbline.organisation.models.assessed import AssessedTerm
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
from plumbline.organisation.models.roster import RosterUpload
from plumbline.organisation.models.slip import ActivationSlip, SlipGuess, SlipPurpose
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
    "ActivationSlip",
    "Appointment",
    "AssessedTerm",
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
    "RosterUpload",
    "SlipGuess",
    "SlipPurpose",
    "StandingCause",
    "Unit",
    "UnitCategory",
    "UnitChange",
    "VotingRuleVersion",
]
