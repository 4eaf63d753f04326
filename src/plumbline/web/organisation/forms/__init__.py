"""Forms of units, members, posts, roles and rules, one noun a file.

What a rule refuses is told by the action, beside the field that it names.
"""

from plumbline.web.organisation.forms.fields import EndForm, PlainForm, ReasonField, ReasonForm, RowChoice, chosen_day
from plumbline.web.organisation.forms.members import EnrolForm, ExclusionForm, MemberForm, StatusForm, TransferForm
from plumbline.web.organisation.forms.posts import AppointForm, DutiesForm, GrantForm, PostForm
from plumbline.web.organisation.forms.rules import ExclusionReasonForm, VotingRuleForm
from plumbline.web.organisation.forms.units import (
    CloseForm,
    DepartmentForm,
    MergeForm,
    MoveForm,
    OrganisationForm,
    SplitForm,
)

__all__ = [
    "AppointForm",
    "CloseForm",
    "DepartmentForm",
    "DutiesForm",
    "EndForm",
    "EnrolForm",
    "ExclusionForm",
    "ExclusionReasonForm",
    "GrantForm",
    "MemberForm",
    "MergeForm",
    "MoveForm",
    "OrganisationForm",
    "PlainForm",
    "PostForm",
    "ReasonField",
    "ReasonForm",
    "RowChoice",
    "SplitForm",
    "StatusForm",
    "TransferForm",
    "VotingRuleForm",
    "chosen_day",
]
