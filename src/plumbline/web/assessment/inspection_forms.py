"""Forms of the inspection: its days, teams, assignments, conflicts, findings and answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.assessment import api as assessment
from plumbline.ledger import api as ledger

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def take(form: forms.Form, problem: assessment.Refused, **names: str) -> None:
    """Show why the action was refused, at the field that must change; ``names`` are fields called otherwise here."""
    name = names.get(problem.field, problem.field)
    form.add_error(name if name in form.fields else None, problem.message)


class ManyFiles(forms.ClearableFileInput):
    """An input for several files; a phone offers its camera."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; ``clean`` returns a list, empty where none was chosen."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Clean every file by itself."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [found for one in given if (found := super(FilesField, self).clean(one, initial))]


class PlanForm(forms.Form):
    """Between which days a round is inspected, and from when units read what was found."""

    from_on = forms.DateField(label=_("First day"), widget=_DAY)
    until_on = forms.DateField(label=_("Last day"), widget=_DAY, help_text=_("Both days are included."))
    shown = forms.ChoiceField(
        label=_("Units read the findings about them"),
        choices=assessment.Shown.choices,
        help_text=_("From then on they see words and photos, and may answer."),
    )


class TeamForm(forms.Form):
    """A team: its name, its members, and which of them leads."""

    name = forms.CharField(label=_("Name of the team"), max_length=80)
    members = forms.TypedMultipleChoiceField(
        label=_("Assessors"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("All who hold the role assessor over the committee."),
    )  # fmt: skip
    lead = forms.TypedChoiceField(
        label=_("Lead"), coerce=int, required=False, empty_value=None,
        help_text=_("Corrects findings of the team. Left out, the first of the members leads."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members: Any = self.fields["members"]
        lead: Any = self.fields["lead"]
        members.choices = people
        lead.choices = [("", "–"), *people]

    def as_arguments(self) -> dict[str, Any]:
        """Return the cleaned form as the arguments of ``save_team``."""
        given = self.cleaned_data
        return {"name": given["name"], "member_ids": given["members"], "lead_id": given["lead"]}


class AssignForm(forms.Form):
    """Units or a class of them for a team, between two days; no team takes the team away."""

    team = forms.TypedChoiceField(label=_("Team"), coerce=int, required=False, empty_value=None)
    from_on = forms.DateField(label=_("From"), widget=_DAY, required=False)
    until_on = forms.DateField(label=_("Until"), widget=_DAY, required=False)
    units = forms.TypedMultipleChoiceField(label=_("Units"), coerce=int, required=False)
    klass = forms.ChoiceField(label=_("or a whole class"), required=False)

    def __init__(
        self, *args: Any, found: assessment.Coverage, classes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._found = found
        fields: Any = self.fields
        fields["team"].choices = [("", _("no team")), *((team.id, team.name) for team in found.teams)]
        fields["units"].choices = [(row.unit_id, row.name) for row in found.rows]
        fields["klass"].choices = [("", "–"), *classes]

    def as_arguments(self) -> dict[str, Any]:
        """Return the cleaned form as the arguments of ``assign``."""
        given = self.cleaned_data
        of_class = [row.unit_id for row in self._found.rows if given["klass"] and row.klass == given["klass"]]
        return {
            "unit_ids": [*given["units"], *of_class], "team_id": given["team"], "from_on": given["from_on"],
            "until_on": given["until_on"],
        }  # fmt: skip


class ConflictForm(forms.Form):
    """That somebody cannot judge a unit fairly, and why."""

    unit_id = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    reason = forms.CharField(
        label=_("What ties you to it"),
        max_length=500,
        help_text=_("Kin, business, an old quarrel: a few words will do."),
    )

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit_id"]
        field.choices = [("", "–"), *units]


class ReasonForm(forms.Form):
    """A reason that stays."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class AnswerForm(forms.Form):
    """What the unit says to a finding."""

    words = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return uploads_of(self)


class FindingForm(forms.Form):
    """What an assessor saw.

    ``what`` is an indicator and a criterion of the scheme, joined by a slash, which no indicator's code contains.
    """

    what = forms.ChoiceField(label=_("What did you find?"), required=False)
    detail = forms.ChoiceField(label=_("Level"), required=False)
    times = forms.IntegerField(label=_("How often"), min_value=1, max_value=1000, initial=1)
    note = forms.CharField(
        label=_("In words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    seen_at = forms.DateTimeField(
        label=_("Time"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    files: Any = FilesField(label=_("Photos"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, version: Any, exempt: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        levels: dict[str, None] = {}
        for item, point in assessment.criteria_of(version):
            if item.node not in exempt:
                group = groups.setdefault(f"{item.node} {item.title}".strip(), [])
                group.append((f"{item.node}/{point.criterion}", point.words))
                levels |= dict.fromkeys(point.options)
        fields: Any = self.fields
        fields["what"].choices = [("", "–"), *groups.items()]
        fields["detail"].choices = [("", "–"), *((level, level) for level in levels)]
        if not levels:
            del self.fields["detail"]

    def as_draft(self) -> assessment.FindingDraft:
        """Return the cleaned form as a draft."""
        given = self.cleaned_data
        node, _slash, criterion = given["what"].partition("/")
        return assessment.FindingDraft(
            node, criterion, given["seen_at"], detail=given.get("detail", ""), times=given["times"], note=given["note"],
            place=given["place"],
        )  # fmt: skip

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return uploads_of(self)


class CorrectionForm(FindingForm):
    """A corrected finding, with the reason, and the files that no longer belong to it."""

    dropped = forms.TypedMultipleChoiceField(
        label=_("Take these files away"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("It stays beside the finding, and so does the earlier wording.")
    )

    def __init__(self, *args: Any, kept: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dropped: Any = self.fields["dropped"]
        dropped.choices = kept
        if not kept:
            del self.fields["dropped"]


def uploads_of(form: forms.Form) -> list[ledger.Upload]:
    """Return the files of a form as actions take them."""
    return [ledger.Upload(file.name, file) for file in form.cleaned_data["files"]]


def as_initial(finding: Any) -> dict[str, Any]:
    """Return a finding as a form shows it."""
    return {
        "what": f"{finding.node}/{finding.criterion}" if finding.criterion else "", "detail": finding.detail,
        "times": finding.times, "note": finding.note, "place": finding.place,
        "seen_at": local(finding.seen_at), "key": finding.key,
    }  # fmt: skip


def local(at: datetime) -> datetime:
    """Return an instant as the clock on the wall shows it, to the minute."""
    return timezone.localtime(at).replace(second=0, microsecond=0)
