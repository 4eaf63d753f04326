"""How a draft begins: whose it is, and from what."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment import editor_documents
from plumbline.web.assessment.forms import LARGEST_SCHEME


class NewDraftForm(forms.Form):
    """A new draft: blank under a title, from a scheme or an example, or from a file (Excel or YAML); a file wins."""

    title = forms.CharField(
        label=_("Title of a new, empty scheme"), max_length=200, required=False,
        help_text=_("as it stands on the printed sheet"),
    )  # fmt: skip
    source = forms.ChoiceField(label=_("or copy a scheme"), required=False)
    file = forms.FileField(
        label=_("or a file"), required=False, help_text=_("An Excel workbook as the template, or a YAML file.")
    )
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=1990, max_value=2200,
        help_text=_("The years in its texts go along when a scheme is copied to another year."),
    )  # fmt: skip
    committee = forms.TypedChoiceField(label=_("Whose draft it is"), coerce=int)

    def __init__(
        self, *args: Any, versions: Sequence[assessment.VersionRow], examples: Sequence[assessment.Shipped],
        committees: Sequence[assessment.CommitteeRef], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        source: Any = self.fields["source"]
        own = [(f"version-{row.id}", row.label) for row in versions]
        shipped = [(f"example-{one.code}", one.title) for one in examples]
        source.choices = [("", "—"), (_("In this installation"), own), (_("Examples"), shipped)]
        committee: Any = self.fields["committee"]
        committee.choices = [(one.id, one.name) for one in committees]
        if len(committees) == 1:
            committee.widget, committee.initial = forms.HiddenInput(), committees[0].id

    def clean(self) -> dict[str, Any]:
        """Read the file; raises ValidationError where it is unreadable, and where nothing was chosen."""
        given = super().clean() or {}
        file = given.get("file")
        if file is not None:
            self._read(file, given)
        elif not given.get("source") and not (given.get("title") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Give a title, choose a scheme, or choose a file."))
        return given

    def _read(self, file: "UploadedFile[Any]", given: dict[str, Any]) -> None:
        content = file.read(4)
        file.seek(0)
        if content.startswith((b"PK", b"\xd0\xcf")):
            try:
                given["tables"] = editor_documents.read(file, file.name or "")  # type: ignore[arg-type]  # an upload reads as bytes
            except sheets.SheetError as problem:
                self.take(problem.problems)
            return
        if (file.size or 0) > LARGEST_SCHEME:
            raise forms.ValidationError(_("The file is larger than a megabyte. Is it a scheme?"))
        try:
            given["text"] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise forms.ValidationError(
                _("The file is not text in UTF-8: save it again as UTF-8 and choose it once more.")
            ) from problem

    def take(self, problems: Sequence[sheets.Problem]) -> None:
        """Show what is wrong with a workbook, cell by cell."""
        for one in problems:
            place = f"{one.sheet} {one.column or ''}{one.row or ''}".strip()
            self.add_error("file", f"{place}: {one.message}" if place else one.message)

    def take_rows(self, problems: Sequence[assessment.RowProblem]) -> None:
        """Show what is wrong with the tables of a workbook, row by row."""
        told = str(_("Sheet “%(sheet)s”, row %(row)s, %(column)s: %(message)s"))
        for one in problems:
            row, column = one.row + 1, editor_documents.heading(one.column)
            sheet = editor_documents.TITLES[one.table]
            self.add_error("file", told % {"sheet": sheet, "row": row, "column": column, "message": one.message})

    def take_faults(self, invalid: assessment.SchemeInvalid) -> None:
        """Show every fault of a YAML text."""
        told = str(_("Line %(line)s: %(message)s"))
        for one in invalid.problems:
            self.add_error("file", told % {"line": one.line, "message": one.message} if one.line else one.message)

    def as_arguments(self) -> dict[str, Any]:
        """Return the cleaned form as the arguments of ``start_draft``."""
        given = self.cleaned_data
        kind, _sign, name = (given.get("source") or "").partition("-")
        found: dict[str, Any] = {"committee_id": given["committee"], "year": given.get("year")}
        if given.get("tables") or given.get("text"):
            return found | {"tables": given.get("tables"), "text": given.get("text", "")}
        if kind == "version":
            return found | {"version_id": int(name)}
        return found | ({"example": name} if kind == "example" else {"title": given.get("title", "")})
