"""Which scheme is tested: a version, or the text of one that is not yet brought in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.assessment import api as assessment
from plumbline.web.assessment.forms import LARGEST_SCHEME


class BacktestForm(forms.Form):
    """A version of a scheme, or a file or text; a file wins over the text, and both over the version."""

    version = forms.TypedChoiceField(
        label=_("A scheme of the installation"), coerce=int, empty_value=None, required=False
    )
    file = forms.FileField(
        label=_("or a file"), required=False, help_text=_("A YAML file, as downloaded from a scheme.")
    )
    text = forms.CharField(
        label=_("or the text itself"), required=False, strip=False, max_length=LARGEST_SCHEME,
        widget=forms.Textarea(attrs={"rows": 10, "class": "font-monospace", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: Any, versions: Sequence[assessment.VersionRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["version"]
        field.choices = [("", "—"), *((row.id, row.label) for row in versions)]

    def clean(self) -> dict[str, Any]:
        """Read the file as UTF-8; raises ValidationError for an unreadable or too large one, and where nothing is chosen."""
        given = super().clean() or {}
        file = given.get("file")
        if file is not None:
            if file.size > LARGEST_SCHEME:
                raise forms.ValidationError(_("The file is larger than a megabyte. Is it a scheme?"))
            try:
                given["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as problem:
                raise forms.ValidationError(
                    _("The file is not text in UTF-8: save it again as UTF-8 and choose it once more.")
                ) from problem
        if not given.get("version") and not str(given.get("text", "")).strip() and not self.errors:
            raise forms.ValidationError(_("Choose a scheme, a file, or write the text of a scheme."))
        return given

    def as_arguments(self) -> dict[str, Any]:
        """Return the cleaned form as the arguments of ``start_backtest``."""
        return {"version_id": self.cleaned_data["version"], "text": self.cleaned_data["text"]}

    def take_faults(self, invalid: assessment.SchemeInvalid) -> None:
        """Show every fault of the text."""
        for problem in invalid.problems:
            where = _("Line %(line)s: %(message)s") if problem.line else "%(message)s"
            self.add_error("text", str(where) % {"line": problem.line, "message": problem.message})
