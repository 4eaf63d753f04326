"""Forms of supervision slips: a new one, its answer, and what is decided about it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_KINDS = [(kind.value, said) for kind, said in obligation.SLIP_KINDS.items()]


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


class FilterForm(forms.Form):
    """What the list is narrowed to; what is not understood narrows nothing."""

    state = forms.CharField(required=False)
    kind = forms.CharField(required=False)
    q = forms.CharField(required=False, max_length=100)
    unit = forms.IntegerField(required=False, min_value=1, max_value=2**31)

    def ask(self) -> obligation.SlipAsk:
        """Return what is asked for."""
        self.is_valid()
        given = self.cleaned_data
        return obligation.SlipAsk(given["state"], given["kind"], given.get("unit"), given.get("q", ""))

    def clean_state(self) -> str:
        """Keep a known state, or ``late``."""
        given = str(self.cleaned_data["state"])
        return given if given in {*obligation.SlipState, "late"} else ""

    def clean_kind(self) -> str:
        """Keep a known kind."""
        given = str(self.cleaned_data["kind"])
        return given if given in set(obligation.SlipKind) else ""


class SlipForm(forms.Form):
    """What a slip says, and to which post of the unit it goes."""

    kind = forms.ChoiceField(label=_("Kind"), choices=_KINDS)
    post = forms.TypedChoiceField(
        label=_("To"), coerce=int, empty_value=None, required=False,
        help_text=_("The slip goes to the post: whoever holds it on the day answers."),
    )  # fmt: skip
    title = forms.CharField(label=_("About what"), max_length=200)
    words = forms.CharField(
        label=_("What was found and what is asked for"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = forms.DateField(label=_("Answer by"), widget=_DAY)
    basis = forms.CharField(
        label=_("Basis"), max_length=300, required=False, help_text=_("The rule or document on which it rests.")
    )
    is_important = forms.BooleanField(label=_("Important work"), required=False)

    def __init__(
        self, *args: Any, posts: Iterable[tuple[int, str]] | None, kinds: Iterable[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if posts is None:
            del self.fields["post"]
        else:
            self.fields["post"].choices = [("", _("the secretary of the unit")), *posts]  # type: ignore[attr-defined]
        if kinds is not None:
            kept = set(kinds)
            self.fields["kind"].choices = [one for one in _KINDS if one[0] in kept]  # type: ignore[attr-defined]

    def draft(self) -> obligation.SlipDraft:
        """Return the slip as the action takes it."""
        given = self.cleaned_data
        return obligation.SlipDraft(
            obligation.SlipKind(given["kind"]), given["title"], given["words"], given["due_on"], given["basis"],
            given["is_important"],
        )  # fmt: skip


class AnswerForm(forms.Form):
    """The answer to a slip, with evidence."""

    words = forms.CharField(label=_("What has been done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return [ledger.Upload(file.name, file) for file in self.cleaned_data["files"]]


class AcceptForm(forms.Form):
    """The answer is accepted."""

    recheck_on = forms.DateField(
        label=_("Look again on"), widget=_DAY, required=False,
        help_text=_("A day on which to look whether it stayed mended; empty where that is not needed."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonDayForm(ReasonForm):
    """A reason, and the new day."""

    due_on = forms.DateField(label=_("Answer by"), widget=_DAY)


class RecheckForm(forms.Form):
    """What was seen when somebody looked again."""

    reason = forms.CharField(label=_("What was seen"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class TalkForm(forms.Form):
    """That a talk was held: when, and how it ended; never what was said."""

    held_on = forms.DateField(label=_("Held on"), widget=_DAY)
    outcome = forms.ChoiceField(label=_("How it ended"), choices=list(obligation.OUTCOMES.items()))


def first_day(today: date) -> dict[str, Any]:
    """Return what a new slip begins with."""
    return {"kind": obligation.SlipKind.REMINDER.value, "due_on": today}
