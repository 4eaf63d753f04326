"""Fields that the forms share: days, reasons, and one row of many."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_LISTED = 400
"""Up to so many rows are offered as a list; beyond that people write a code or number."""


class DayInput(forms.DateInput):
    """The browser's own calendar; it sends and shows ISO days."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label=label, widget=DayInput(), **more)


class ReasonField(forms.CharField):
    """Why something is done: kept in the history."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            label=gettext_lazy("Reason"),
            help_text=gettext_lazy("Stands in the history: a document, a decision, a request."),
            max_length=500,
            required=required,
            widget=forms.Textarea(attrs={"rows": 2}),
        )


class RowChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of a short list, told by its code and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the words of one choice."""
        return f"{getattr(obj, 'code', '') or getattr(obj, 'number', '')} {obj}"


class RowsChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows of a short list, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Return the words of one choice."""
        return f"{getattr(obj, 'code', '') or getattr(obj, 'number', '')} {obj}"


class CodeField(forms.CharField):
    """One row of a long list, written as its code or number."""

    def __init__(self, rows: "QuerySet[Any]", key: str, **more: Any) -> None:
        super().__init__(help_text=_("The list is long: write the code or number."), **more)
        self.rows, self.key = rows, key

    def clean(self, value: Any) -> Any:
        """Return the row, None where the field may be empty and is; raises ValidationError where there is none."""
        text = super().clean(value)
        if not text:
            return None
        found = self.rows.filter(**{self.key: text}).first()
        if found is None:
            raise forms.ValidationError(_("Nothing with this code is within your reach."))
        return found


def pick(rows: "QuerySet[Any]", label: Any, *, key: str = "code", required: bool = True) -> forms.Field:
    """Return a field for one of ``rows``: a list where they are few, else a code to write."""
    if rows.count() <= MOST_LISTED:
        return RowChoice(rows, label=label, required=required)
    return CodeField(rows, key, label=label, required=required)


class PlainForm(forms.Form):
    """A form without colons after its labels."""

    label_suffix = ""


class EndForm(PlainForm):
    """From which day something no longer holds, and why."""

    on = DayField(gettext_lazy("First day that it no longer holds"))
    reason = ReasonField()


class ReasonForm(PlainForm):
    """Why."""

    reason = ReasonField()


def chosen_day(text: str, otherwise: date) -> date:
    """Return a day given in an address, or another one where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
