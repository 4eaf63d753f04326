"""Forms of what is done on a duty: reports, steps, hand-over, co-owners, links, carry-over, and several at once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.ledger import api as ledger
from plumbline.responsibility import api as responsibility
from plumbline.web.obligation.slip_forms import FilesField
from plumbline.web.responsibility.duty_forms import DAY

Choices = Iterable[tuple[int, str]]


class ReportForm(forms.Form):
    """What was done on a duty or a step: the day, the words, how much, and evidence."""

    on = forms.DateField(label=_("On"), widget=DAY)
    amount = forms.CharField(label=_("How much"), max_length=40, required=False)
    words = forms.CharField(
        label=pgettext_lazy("duty", "What was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))

    def __init__(self, *args: Any, duty: responsibility.Duty | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = duty.extent_kind if duty is not None else ""
        if kind not in ("number", "share"):
            del self.fields["amount"]
        elif kind == "share":
            self.fields["amount"].help_text = _("The share reached so far, such as 85%.")
        else:
            said = _("What is added since the last report, in {measure}.") if duty and duty.measure else None
            self.fields["amount"].help_text = (
                str(said).format(measure=duty.measure if duty else "")
                if said
                else _("What is added since the last report.")
            )

    def report(self) -> responsibility.Report:
        """Return the report as the action takes it."""
        given = self.cleaned_data
        uploads = [ledger.Upload(file.name, file) for file in given["files"]]
        return responsibility.Report(given["on"], given["words"], given.get("amount") or "", uploads)


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ConfirmForm(forms.Form):
    """A duty is confirmed; words are welcome."""

    words = forms.CharField(
        label=_("Remark"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class HandOverForm(ReasonForm):
    """To whom a duty goes."""

    owner = forms.TypedChoiceField(label=_("Who takes it over"), coerce=int, empty_value=None, required=False)
    field_order = ("owner", "reason")

    def __init__(self, *args: Any, owners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("the secretary of the unit")), *owners]  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    """The co-owners of a duty."""

    partners = forms.TypedMultipleChoiceField(label=_("Co-owners"), coerce=int, required=False)

    def __init__(self, *args: Any, owners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].choices = list(owners)  # type: ignore[attr-defined]
        self.fields["partners"].widget.attrs["size"] = 6


class LinkForm(forms.Form):
    """The business aim that a duty serves, and the duties for which it waits."""

    serves = forms.TypedChoiceField(label=_("Serves the business aim"), coerce=int, empty_value=None, required=False)
    needs = forms.TypedMultipleChoiceField(
        label=_("Waits for"), coerce=int, required=False,
        help_text=_("It can be reported as done only when these are finished."),
    )  # fmt: skip

    def __init__(self, *args: Any, aims: Choices, others: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["serves"].choices = [("", _("none")), *aims]  # type: ignore[attr-defined]
        self.fields["needs"].choices = list(others)  # type: ignore[attr-defined]
        self.fields["needs"].widget.attrs["size"] = 6


class CarryForm(ReasonForm):
    """Carried over to the next year: the new day and, where it changes, the new target."""

    due_on = forms.DateField(label=_("New due day"), widget=DAY)
    target = forms.CharField(
        label=_("Target"), max_length=500, required=False,
        help_text=_("Empty keeps the target; of a duty measured by a date it is the new day."),
    )  # fmt: skip
    field_order = ("due_on", "target", "reason")


class StepForm(forms.Form):
    """One step of a duty; an empty line is left out."""

    step_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Step"), max_length=200, required=False)
    starts_on = forms.DateField(label=_("From"), widget=DAY, required=False)
    due_on = forms.DateField(label=_("By when"), widget=DAY, required=False)
    after = forms.IntegerField(label=_("After step"), required=False, min_value=0, max_value=40)
    owner = forms.TypedChoiceField(label=pgettext_lazy("duty", "Who"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, owners: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("the owner of the duty")), *owners]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for both days where there is a title."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("title"):
            for name in ("starts_on", "due_on"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose a day."))
        return given


class BulkForm(forms.Form):
    """What is done to several duties at once."""

    act = forms.ChoiceField(
        label=_("What to change"), widget=forms.RadioSelect,
        choices=[
            ("later", _("give more days")), ("due_on", _("set one due day")), ("owner", _("give them to another owner")),
            ("carry", _("carry them over to a later year")), ("drop", _("drop them")),
        ],
    )  # fmt: skip
    days = forms.IntegerField(label=_("How many days more"), min_value=1, max_value=366, required=False)
    due_on = forms.DateField(label=_("New due day"), widget=DAY, required=False)
    owner = forms.TypedChoiceField(label=_("New owner"), coerce=int, empty_value=None, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, owners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("the secretary of the unit")), *owners]  # type: ignore[attr-defined]

    def change(self) -> responsibility.BulkChange:
        """Return the change as the action takes it."""
        given = self.cleaned_data
        return responsibility.BulkChange(given["act"], given["owner"], given["due_on"], given["days"] or 0)
