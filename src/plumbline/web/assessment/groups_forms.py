"""Forms of the groups of evaluators."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class GroupForm(forms.Form):
    """How many of a group are asked, and when it is marked."""

    asked = forms.IntegerField(
        label=_("Asked about each unit"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Where units differ, the workbook of votes says it for each of them."),
    )  # fmt: skip
    least_turnout = forms.DecimalField(
        label=_("Marked below a turnout of (%)"), min_value=0, max_value=100, decimal_places=2
    )
    least_answers = forms.IntegerField(label=_("Marked below so many answers"), min_value=0, max_value=1_000_000)

    def as_arguments(self) -> dict[str, Any]:
        """Return the form as the action takes it: the turnout in basis points."""
        given = self.cleaned_data
        return {
            "asked": given["asked"],
            "least_turnout": int(given["least_turnout"] * 100),
            "least_answers": given["least_answers"],
        }


class VotesForm(forms.Form):
    """The workbook of one group."""

    file = forms.FileField(label=_("File"), help_text=_("The template of this group, filled in: .xlsx or CSV."))
    on = forms.DateField(
        label=_("Day of the vote"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty, it is today, or the last day of the period."),
    )  # fmt: skip
