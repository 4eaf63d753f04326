"""Forms of the assessment: a scheme as text, a round, its classes, and what does not apply."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from plumbline.assessment import api as assessment
from plumbline.web.assessment.shown import class_title

LARGEST_SCHEME = 1_000_000
"""Bytes of a scheme's text: a hundred indicators take some thirty thousand."""


class SchemeForm(forms.Form):
    """A scheme as a file or as text; the file wins. ``cleaned_data["text"]`` is the text of either."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("A YAML file, as downloaded from a scheme."))
    text = forms.CharField(
        label=_("or the text itself"),
        required=False,
        strip=False,
        max_length=LARGEST_SCHEME,
        widget=forms.Textarea(attrs={"rows": 22, "class": "font-monospace", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the file as UTF-8; raises ValidationError for an empty, too large or unreadable one."""
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
        if not str(given.get("text", "")).strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file or write the text of the scheme."))
        return given


class ClassesForm(forms.Form):
    """Which classes of units are assessed; each is ranked by itself."""

    classes = forms.MultipleChoiceField(
        label=_("Units by class"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Every kind of organisation, every class of department and the holders of every post are ranked by themselves."
        ),
    )

    def __init__(self, *args: Any, choices: Sequence[assessment.ClassChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices = {choice.key: choice for choice in choices}
        field: Any = self.fields["classes"]
        field.choices = [(choice.key, _class_label(choice)) for choice in choices]

    def selections(self) -> list[assessment.ClassSelection]:
        """Return what was chosen as the action takes it."""
        return [self._choices[key].selection for key in self.cleaned_data["classes"]]

    def take(self, problem: assessment.Refused) -> None:
        """Show why the action was refused, at the field that must change."""
        names = {"units": "classes", "until": "until_on", "title": "title", "scheme_version": "scheme_version"}
        name = names.get(problem.field)
        self.add_error(name if name in self.fields else None, problem.message)


class RoundForm(ClassesForm):
    """A new round: scheme, title, period, classes."""

    scheme_version = forms.TypedChoiceField(label=_("Scheme"), coerce=int)
    title = forms.CharField(label=_("Title"), max_length=200)
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until_on = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Both days are included. Facts of this period count."),
    )
    open_table = forms.BooleanField(
        label=_("Units see the table of their class once it is published"), required=False, initial=True
    )
    own_provisional = forms.BooleanField(
        label=_("Units see their own provisional score before the freeze"),
        required=False,
        initial=True,
        help_text=_(
            "Also the points that assessors chose for them. Nobody else's, and nothing between freeze and notice."
        ),
    )
    field_order = ("scheme_version", "title", "from_on", "until_on", "classes", "open_table", "own_provisional")

    def __init__(
        self,
        *args: Any,
        versions: Sequence[assessment.VersionRow],
        choices: Sequence[assessment.ClassChoice],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, choices=choices, **kwargs)
        field: Any = self.fields["scheme_version"]
        field.choices = [(row.id, row.label) for row in versions]

    def as_arguments(self) -> dict[str, Any]:
        """Return the cleaned form as the arguments of ``create_round``."""
        given = self.cleaned_data
        return {
            "scheme_version_id": given["scheme_version"],
            "title": given["title"],
            "from_": given["from_on"],
            "until": given["until_on"],
            "classes": self.selections(),
            "open_table": given["open_table"],
            "own_provisional": given["own_provisional"],
        }


class ExemptionForm(forms.Form):
    """An indicator that does not apply to a unit, and why."""

    unit_id = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    node = forms.ChoiceField(label=_("Indicator"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("It is shown on the unit's explanation, word for word.")
    )

    def __init__(
        self, *args: Any, units: Sequence[tuple[int, str]], nodes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit_id"]
        node: Any = self.fields["node"]
        unit.choices, node.choices = units, nodes


def this_year(today: date, scheme: str | None) -> dict[str, Any]:
    """Return what a new round starts with: the present year, and the scheme that the reader came from."""
    return {
        "scheme_version": scheme or "",
        "from_on": date(today.year, 1, 1),
        "until_on": date(today.year, 12, 31),
        "open_table": True,
        "own_provisional": True,
    }


def _class_label(choice: assessment.ClassChoice) -> str:
    if choice.selection.post:
        held = ngettext("{number} person in office", "{number} persons in office", choice.units)
        return f"{choice.selection.post} · {held.format(number=choice.units)}"
    count = ngettext("{number} unit", "{number} units", choice.units).format(number=choice.units)
    return f"{class_title(choice.selection.klass)} · {count}"


class FromUnitsForm(forms.Form):
    """Which facts about a unit count for those who hold its posts, too."""

    kinds = forms.MultipleChoiceField(
        label=_("What the unit did counts for its leaders, too"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Facts of these kinds that fall into the term of office: about the unit as a whole, or about the person as a "
            "member. What is filed about the term itself counts always."
        ),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kinds"]
        field.choices = choices
