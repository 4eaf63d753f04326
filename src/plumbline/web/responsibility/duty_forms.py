"""Forms of duties: what the list is narrowed to, and a duty by its six questions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.responsibility import api as responsibility

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LINES = [(one.value, said) for one, said in responsibility.LINES.items()]
KINDS = [(one.value, said) for one, said in responsibility.EXTENT_KINDS.items()]
STATES = [(one.value, said) for one, said in responsibility.DUTY_STATES.items()]


class FilterForm(forms.Form):
    """What the list is narrowed to; what is not understood narrows nothing."""

    q = forms.CharField(required=False)
    year = forms.IntegerField(required=False)
    line = forms.CharField(required=False)
    state = forms.CharField(required=False)
    unit = forms.IntegerField(required=False)
    mine = forms.BooleanField(required=False)

    def ask(self) -> responsibility.DutyAsk:
        """Return what is asked for, as the query takes it."""
        self.is_valid()
        given = self.cleaned_data
        state, line = str(given.get("state") or ""), str(given.get("line") or "")
        return responsibility.DutyAsk(
            year=given.get("year"),
            line=line if line in set(responsibility.Line) else "",
            state=state if state in {*responsibility.DutyState, "late", "waiting"} else "",
            unit_id=given.get("unit"),
            text=str(given.get("q") or "")[:100],
            mine=bool(given.get("mine")),
        )


class DutyForm(forms.Form):
    """A duty by its six questions: what, why, who, when, how, and to what extent."""

    line = forms.ChoiceField(label=pgettext_lazy("duty", "Line"), choices=LINES)
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    why = forms.CharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The aim, the document or the problem behind it."),
    )  # fmt: skip
    owner = forms.TypedChoiceField(
        label=pgettext_lazy("duty", "Who"), coerce=int, empty_value=None, required=False,
        help_text=_("Somebody in a post; without one the secretary of the unit answers."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("From"), widget=DAY)
    due_on = forms.DateField(label=_("By when"), widget=DAY)
    how = forms.CharField(
        label=_("How"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Measures, means, and who helps."),
    )  # fmt: skip
    extent_kind = forms.ChoiceField(label=_("To what extent: measured by"), choices=KINDS)
    target = forms.CharField(
        label=_("Target"), max_length=500, required=False,
        help_text=_("Such as 12 visits, 95%, 2026-11-30, or the standard that the evidence must meet."),
    )  # fmt: skip
    at_most = forms.BooleanField(label=_("The number or share is a ceiling: at most so much"), required=False)
    points = forms.DecimalField(label=_("Points"), required=False, min_value=0, max_value=1000, decimal_places=2)
    serves = forms.TypedChoiceField(
        label=_("Serves the business aim"), coerce=int, empty_value=None, required=False,
        help_text=_("For a duty of the organisation line: the business duty that it helps to achieve."),
    )  # fmt: skip
    indicator = forms.CharField(
        label=_("Indicator"), max_length=80, required=False,
        help_text=_("Code of an indicator whose results come in by import or from another system."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, owners: Iterable[tuple[int, str]], aims: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("the secretary of the unit")), *owners]  # type: ignore[attr-defined]
        self.fields["serves"].choices = [("", _("none")), *aims]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what the action takes beside the unit, the owner and the aim."""
        given = self.cleaned_data
        points = given["points"]
        names = "line", "title", "why", "how", "extent_kind", "starts_on", "due_on", "at_most", "indicator"
        return {
            **{name: given[name] for name in names},
            "extent_target": given["target"],
            "points_micro": None if points is None else int(points * 1_000_000),
        }


def first_values(today: date) -> dict[str, Any]:
    """Return what a new duty begins with: from today to the end of the year."""
    return {"line": "organisation", "starts_on": today, "due_on": date(today.year, 12, 31), "extent_kind": "number"}
