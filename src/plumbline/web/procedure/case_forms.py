"""Forms of cases: receiving one, completing a step, handing back, leaving out, suspending, resuming, withdrawing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.ledger import api as ledger
from plumbline.web.procedure.words import language

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LONG = forms.Textarea(attrs={"rows": 3})


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


class NewCaseForm(forms.Form):
    """A case that is received."""

    procedure = forms.TypedChoiceField(label=_("Procedure"), coerce=int)
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    title = forms.CharField(
        label=_("What it is about"),
        max_length=200,
        required=False,
        help_text=_("In a few words, without names of people."),
    )
    member = forms.CharField(
        label=_("Number of the member concerned"), max_length=40, required=False,
        help_text=_("Where the procedure is about somebody who is a member."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Or the name of the person concerned"), max_length=100, required=False,
        help_text=_("Kept apart from the case, and erased on request."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)

    def __init__(
        self, *args: Any, procedures: Sequence[tuple[int, str]], units: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["procedure"].choices = procedures
        fields["unit"].choices = units


class CompleteForm(forms.Form):
    """What completes a step: the fields of its own form, files, a note."""

    note = forms.CharField(label=_("How it was done"), max_length=1000, required=False, widget=_LONG)

    def __init__(self, *args: Any, step: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        own = {f"answer_{one.name}": _field(one) for one in step.form}
        files: Any = FilesField(label=_("Files"), required=False)
        if step.evidence:
            shown = "; ".join(one.say(language()) for one in step.evidence)
            files.help_text = shown
            self.fields["note"].help_text = _("Where the papers are not added as files, say where they are kept.")
        self.fields = {**own, "files": files, **self.fields}

    def answers(self) -> dict[str, str]:
        """Return what was answered, as text."""
        given = {one.name: self.cleaned_data.get(f"answer_{one.name}") for one in self.step.form}
        return {name: _text(value) for name, value in given.items()}

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return [ledger.Upload(name=one.name, stream=one) for one in self.cleaned_data["files"]]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _field(one: Any) -> Any:
    """Return the form field of one field of a step."""
    said: dict[str, Any] = {"label": one.label.say(language()) or one.name, "required": one.required}
    if one.type == "boolean":
        return forms.BooleanField(**{**said, "required": False})
    if one.type == "integer":
        return forms.IntegerField(**said, min_value=-(10**15), max_value=10**15)
    if one.type == "date":
        return forms.DateField(**said, widget=_DAY)
    if one.type == "choice":
        choices = [("", "–"), *((str(n), words.say(language())) for n, words in enumerate(one.choices))]
        return forms.ChoiceField(**said, choices=choices)
    return forms.CharField(**said, max_length=4000, widget=_LONG if one.type == "long" else forms.TextInput())


class ReturnForm(forms.Form):
    """To which step the case is handed back, and why."""

    target = forms.ChoiceField(label=_("Back to"))
    reason = forms.CharField(label=_("What must be mended"), max_length=1000, widget=_LONG)

    def __init__(self, *args: Any, targets: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target: Any = self.fields["target"]
        target.choices = [(one.code, one.title.say(language())) for one in reversed(targets)]


class SkipForm(forms.Form):
    """Why a step is left out, and for a key step by which document."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=_LONG, help_text=_("It stays visible on the case for ever.")
    )
    approval = forms.CharField(label=_("Approving document"), max_length=300, required=False)

    def __init__(self, *args: Any, key: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approval"].required = key


class RepeatForm(forms.Form):
    """Why a step is done again."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)


class PauseForm(forms.Form):
    """Why the clocks stop or run again, and on which basis."""

    reason = forms.CharField(label=_("Reason"), max_length=1000)
    basis = forms.CharField(label=_("Rule or document"), max_length=300)


class WithdrawForm(forms.Form):
    """Why a case ends before its end."""

    reason = forms.CharField(label=_("Reason"), max_length=1000)
