"""Forms of letters: a template, for whom letters are made, and the text of a draft or an annex."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility

_TEXT = {"rows": 26, "class": "font-monospace", "spellcheck": "false"}


class LetterTextForm(forms.Form):
    """The text of a letter or a template, as text with one part a line."""

    text = forms.CharField(label=_("Text"), strip=False, widget=forms.Textarea(attrs=_TEXT))

    def take(self, problem: responsibility.Refused) -> None:
        """Show why it was refused, at the field that must change."""
        self.add_error(problem.field if problem.field in self.fields else "text", problem.message)


class TemplateForm(LetterTextForm):
    """A template: whose it is, between whom its letters are, its name and text."""

    owner = forms.TypedChoiceField(label=_("Committee"), coerce=int)
    name = forms.CharField(label=_("Name"), max_length=200)
    level = forms.ChoiceField(
        label=_("Between"), choices=[(one.value, said) for one, said in responsibility.LEVELS.items()]
    )
    field_order = ("owner", "name", "level", "text")

    def __init__(self, *args: Any, units: Sequence[Any], **named: Any) -> None:
        super().__init__(*args, **named)
        owner: Any = self.fields["owner"]
        owner.choices = [(unit.pk, unit.name) for unit in units]


class MakingForm(forms.Form):
    """For whom letters are made: template, year, the upper side with its post, and the lower sides."""

    template = forms.TypedChoiceField(label=_("Template"), coerce=int)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    upper = forms.TypedChoiceField(label=_("Upper side"), coerce=int)
    upper_post = forms.CharField(
        label=_("Post that signs above"), max_length=40, initial="secretary", help_text=_("Its code.")
    )
    kind = forms.ChoiceField(
        label=_("Lower sides"), required=False,
        help_text=_("All organisations of this kind below the upper side; of letters to posts, the upper side itself."),
    )  # fmt: skip
    lower_posts = forms.CharField(
        label=_("Posts that sign below"), max_length=200, initial="secretary", help_text=_("Codes, with blanks between them."),
    )  # fmt: skip

    def __init__(self, *args: Any, templates: Sequence[Any], units: Sequence[Any], **named: Any) -> None:
        super().__init__(*args, **named)
        self._paths: Mapping[int, str] = {unit.pk: unit.path for unit in units}
        self._levels = {one.pk: one.level for one in templates}
        template: Any = self.fields["template"]
        upper: Any = self.fields["upper"]
        kind: Any = self.fields["kind"]
        template.choices = [(one.pk, str(one)) for one in templates]
        upper.choices = [(unit.pk, unit.name) for unit in units]
        kind.choices = [(code, name) for code, name in organisation.KIND_NAMES.items()]

    def making(self, actor: Any) -> responsibility.Making:
        """Return what was asked as the action takes it."""
        given = self.cleaned_data
        upper = given["upper"]
        if self._levels[given["template"]] == responsibility.Level.POST.value:
            lower: tuple[int, ...] = (upper,)
        else:
            below = organisation.visible_units(actor).filter(
                path__startswith=self._paths[upper], as_organisation__kind=given["kind"], closed_on=None
            )
            lower = tuple(below.exclude(pk=upper).order_by("code").values_list("pk", flat=True))
        return responsibility.Making(
            given["template"], given["year"], upper, given["upper_post"].strip(), lower,
            tuple(given["lower_posts"].replace(",", " ").split()),
        )  # fmt: skip
