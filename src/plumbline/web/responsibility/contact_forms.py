"""Forms of contact points: a leader assigned, what was done there, a problem solved, a record corrected."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.ledger import api as ledger
from plumbline.responsibility import api as responsibility
from plumbline.web.obligation.slip_forms import FilesField
from plumbline.web.responsibility.duty_forms import DAY

KINDS = [(one.value, said) for one, said in responsibility.RECORD_KINDS.items()]
PURPOSES = list(responsibility.PURPOSES.items())


class AssignForm(forms.Form):
    """A leader for a unit, from a day on."""

    leader = forms.TypedChoiceField(label=_("Leader"), coerce=int)
    starts_on = forms.DateField(label=_("From"), widget=DAY)
    ends_on = forms.DateField(
        label=_("Until"), widget=DAY, required=False, help_text=_("The first day on which it no longer holds.")
    )

    def __init__(self, *args: Any, leaders: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].choices = list(leaders)  # type: ignore[attr-defined]


class RecordForm(forms.Form):
    """A visit, a lecture, or a problem found."""

    kind = forms.ChoiceField(label=_("What it was"), choices=KINDS)
    happened_on = forms.DateField(label=_("On"), widget=DAY)
    words = forms.CharField(
        label=_("What it was about"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was looked into, taught or found."),
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("For a visit: to whom"), choices=PURPOSES, required=False)
    due_on = forms.DateField(label=_("For a problem: to be solved by"), widget=DAY, required=False)
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))

    def record(self) -> responsibility.Record:
        """Return what was done as the action takes it."""
        given = self.cleaned_data
        kind = responsibility.RecordKind(given["kind"])
        due_on = given["due_on"] if kind is responsibility.RecordKind.PROBLEM else None
        return responsibility.Record(
            kind, given["happened_on"], given["words"], given["purpose"] or "contact_point", due_on
        )

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return [ledger.Upload(file.name, file) for file in self.cleaned_data["files"]]


class CorrectForm(RecordForm):
    """A record corrected, with the reason; its kind and its files stay."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["files"]
        self.fields["kind"].widget = forms.HiddenInput()
        if kind != "visit":
            del self.fields["purpose"]
        if kind != "problem":
            del self.fields["due_on"]

    def record(self) -> responsibility.Record:
        """Return what was done as the action takes it."""
        given = self.cleaned_data
        return responsibility.Record(
            responsibility.RecordKind(given["kind"]), given["happened_on"], given["words"],
            given.get("purpose") or "contact_point", given.get("due_on"),
        )  # fmt: skip


class SolveForm(forms.Form):
    """How a problem was solved."""

    on = forms.DateField(label=_("Solved on"), widget=DAY)
    words = forms.CharField(label=_("How it was solved"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    files: Any = FilesField(label=_("Evidence"), required=False)

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return [ledger.Upload(file.name, file) for file in self.cleaned_data["files"]]


class EndForm(forms.Form):
    """A contact point ends."""

    on = forms.DateField(label=_("First day on which it no longer holds"), widget=DAY)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
