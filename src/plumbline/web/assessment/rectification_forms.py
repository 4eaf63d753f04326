"""Forms of the rectification list: many items at once, the plan of one, its report, and what is decided about it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.numbers import MICRO
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.web.assessment.inspection_forms import FilesField, uploads_of

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ManyForm(forms.Form):
    """What is done with the items that were ticked: confirmed with a day, dismissed with a reason, or carried over."""

    act = forms.ChoiceField(
        choices=[("confirm", _("Confirm")), ("dismiss", _("Dismiss")), ("carry", _("Carry over to the next year"))]
    )
    items = forms.TypedMultipleChoiceField(coerce=int, required=False)
    due_on = forms.DateField(label=_("To be mended by"), widget=_DAY, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    least = forms.DecimalField(label=_("Points lost, at least"), max_digits=12, decimal_places=6, required=False)

    def __init__(self, data: Any, *, items: Iterable[int]) -> None:
        super().__init__(data)
        self.fields["items"].choices = [(one, one) for one in items]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the day where one is needed; the reason is asked for by the action itself."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("act") in ("confirm", "carry") and not given.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say by which day it is to be mended."))
        return given

    def least_micro(self) -> int:
        """Return the fewest points lost, in micro-points, that make an item belong to all of them."""
        return int((self.cleaned_data["least"] or 0) * MICRO)


class PlanForm(forms.Form):
    """Who mends the fault, how, and by when."""

    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(label=_("To be mended by"), widget=_DAY)
    measure = forms.CharField(
        label=_("How it will be mended"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, people: Iterable[organisation.PersonRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.user_id, f"{one.name} ({one.post})" if one.post else one.name) for one in people]
        self.fields["owner"].choices = [("", _("nobody yet")), *choices]  # type: ignore[attr-defined]
        if not choices:
            self.fields["owner"].help_text = _("Nobody of this unit has an account yet.")


class ReportForm(forms.Form):
    """What was done, with evidence."""

    words = forms.CharField(label=_("What was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return uploads_of(self)
