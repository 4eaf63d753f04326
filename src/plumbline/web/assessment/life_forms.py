"""Forms of the life of a round: its calendar, self-reports, and points chosen with a reason."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.assessment import api as assessment
from plumbline.ledger import api as ledger
from plumbline.web.assessment.inspection_forms import FilesField, uploads_of

MILLION = 1_000_000
OTHERS = 3
"""How many phases of its own an office may add."""


def micro_of(points: Decimal | None) -> int | None:
    """Return points as micro-points; the field allows six places, so nothing is rounded."""
    return None if points is None else int(points * MILLION)


def _points(**more: Any) -> forms.DecimalField:
    return forms.DecimalField(max_digits=12, decimal_places=6, **more)


class PhaseForm(forms.Form):
    """One phase of a calendar; without days it is left out."""

    title = forms.CharField(label=_("Name"), max_length=80, required=False)
    from_on = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, kind: assessment.PhaseKind, heading: str, fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.heading = kind, heading
        if kind is not assessment.PhaseKind.OTHER:
            del self.fields["title"]
        for field in self.fields.values():
            field.disabled = fixed

    def clean(self) -> dict[str, Any]:
        """Ask for both days or none."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("from_on"), given.get("until_on")
        if (first or given.get("title")) and not last and "until_on" not in self.errors:
            self.add_error("until_on", _("Give both days, or none."))
        if (last or given.get("title")) and not first and "from_on" not in self.errors:
            self.add_error("from_on", _("Give both days, or none."))
        return given

    def phase(self) -> assessment.PhaseDates | None:
        """Return the phase, None where it is left out."""
        given = self.cleaned_data
        if not given["from_on"]:
            return None
        return assessment.PhaseDates(self.kind, given["from_on"], given["until_on"], given.get("title", ""))


def calendar_forms(data: Any, phases: list[assessment.PhaseDates], *, fixed: bool = False) -> list[PhaseForm]:
    """Return a form for every phase of the calendar, and empty ones for those that the office may add.

    A ``fixed`` calendar is there to be read: only the phases that it has, and none of their fields can be changed.
    """
    kind, titles = assessment.PhaseKind, _titles()
    known = {one.kind: one for one in phases if one.kind is not kind.OTHER}
    others = [one for one in phases if one.kind is kind.OTHER]
    rows: list[tuple[assessment.PhaseKind, assessment.PhaseDates | None]] = []
    rows += [(one, known.get(one)) for one in kind if one is not kind.OTHER]
    rows += [(kind.OTHER, others[place] if place < len(others) else None) for place in range(OTHERS)]
    return [
        PhaseForm(
            data, kind=one, heading=titles[one.value], prefix=f"p{place}",
            initial={"title": old.title, "from_on": old.from_on, "until_on": old.until_on} if old else {}, fixed=fixed,
        )
        for place, (one, old) in enumerate(rows)
        if old or not fixed
    ]  # fmt: skip


def _titles() -> dict[str, Any]:
    return {
        "self_report": _("Self-report"),
        "inspection": _("Inspection"),
        "verification": _("Verification"),
        "review": _("Review"),
        "other": _("A phase of your own"),
    }


class EntryForm(forms.Form):
    """What a unit says of itself at one indicator."""

    words = forms.CharField(
        label=_("What was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("When, what, how many: what an assessor can check."),
    )  # fmt: skip
    points: Any = _points(
        label=_("Points that you give yourself"), required=False,
        help_text=_("They are shown beside the assessor's and count nothing by themselves."),
    )  # fmt: skip
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return uploads_of(self)


class JudgeForm(forms.Form):
    """Points chosen by an assessor, or changed by a review, with the reason."""

    points: Any = _points(label=_("Points"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    basis = forms.IntegerField(required=False, widget=forms.HiddenInput)


class BackForm(forms.Form):
    """Why a report is withdrawn or returned."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
