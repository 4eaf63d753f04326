"""Forms of the editor: the head of a procedure, one of its steps, and the fields that the step's own form asks for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.procedure import api as procedures
from plumbline.web.procedure.words import FIELD_TYPES, PLACES, ROLES, language

_SHORT = forms.Textarea(attrs={"rows": 2})
BLANK_FIELDS = 2
"""Empty rows offered below the fields that a form has."""

documents = procedures.documents


class BeginForm(forms.Form):
    """A new procedure: blank under a title, or from a file."""

    committee = forms.TypedChoiceField(label=_("Committee whose procedure it is"), coerce=int)
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("YAML, or BPMN 2.0 that Plumbline wrote; at most 1 MB.")
    )

    def __init__(self, *args: Any, committees: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["committee"]
        field.choices = [(one.pk, one.name) for one in committees]

    def clean_file(self) -> str:
        """Return the text of the file, "" where none was chosen."""
        file = self.cleaned_data.get("file")
        if not file:
            return ""
        if file.size > 2**20:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is no text in UTF-8.")) from None


class HeadForm(forms.Form):
    """What is said of the procedure as a whole."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Small letters, digits and _; it never changes once it is issued.")
    )
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200, required=False)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    about_zh = forms.CharField(label=_("What it is for, in Chinese"), max_length=1000, required=False, widget=_SHORT)
    about_en = forms.CharField(label=_("What it is for, in English"), max_length=1000, required=False, widget=_SHORT)
    basis_zh = forms.CharField(label=_("Basis, in Chinese"), max_length=1000, required=False)
    basis_en = forms.CharField(label=_("Basis, in English"), max_length=1000, required=False)
    concerns = forms.ChoiceField(
        label=_("Its cases are about"), choices=[("unit", _("the unit")), ("person", _("a person"))]
    )
    limit = forms.IntegerField(
        label=_("Limit of the whole in working days"), required=False, min_value=0, max_value=1500,
        help_text=_("Left empty, there is none."),
    )  # fmt: skip

    @classmethod
    def of(cls, document: Any) -> "HeadForm":
        """Return the form filled with a procedure."""
        first = {"code": document.code, "concerns": document.concerns, "limit": document.limit}
        for name in ("title", "about", "basis"):
            words = getattr(document, name)
            first |= {f"{name}_zh": words.zh, f"{name}_en": words.en}
        return cls(initial=first)

    def change(self, document: Any) -> Any:
        """Return the procedure with what was filled in."""
        given = self.cleaned_data
        words = {
            name: documents.Words(zh=given[f"{name}_zh"], en=given[f"{name}_en"])
            for name in ("title", "about", "basis")
        }
        more = {"code": given["code"], "concerns": given["concerns"], "limit": given["limit"]}
        return document.model_copy(update=words | more)


class StepForm(forms.Form):
    """One step: what, who, by when, after which others, what must be shown."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200, required=False)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    how_zh = forms.CharField(label=_("How it is done, in Chinese"), max_length=1000, required=False, widget=_SHORT)
    how_en = forms.CharField(label=_("How it is done, in English"), max_length=1000, required=False, widget=_SHORT)
    at = forms.ChoiceField(label=_("Who is responsible: level"), choices=list(PLACES.items()))
    role = forms.ChoiceField(label=_("Role there"), choices=list(ROLES.items()))
    post = forms.CharField(
        label=_("Or a post there"), max_length=40, required=False,
        help_text=_("Code or title of a post; where nobody holds it, the role counts."),
    )  # fmt: skip
    limit = forms.IntegerField(
        label=_("Limit in working days"), required=False, min_value=0, max_value=1500,
        help_text=_("Left empty, there is none."),
    )  # fmt: skip
    after = forms.MultipleChoiceField(
        label=_("Comes after"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("It waits for all that are ticked; steps that wait for the same one run side by side."),
    )  # fmt: skip
    key = forms.BooleanField(
        label=_("Key step"),
        required=False,
        help_text=_("Left out only with an approving document, by an administrator."),
    )
    repeats = forms.BooleanField(
        label=_("May be done again"), required=False, help_text=_("As long as nothing after it has begun.")
    )
    evidence = forms.CharField(
        label=_("What must be shown"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line; “中文 | English” gives both languages."),
    )  # fmt: skip

    def __init__(self, *args: Any, document: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [one.code for one in document.steps]
        place = codes.index(code)
        after: Any = self.fields["after"]
        held = set(document.steps[place].after)
        # Those below may be unticked where they stand in a faulty draft, but never ticked.
        offered = [one for n, one in enumerate(document.steps) if n < place or one.code in held]
        after.choices = [
            (one.code, f"{codes.index(one.code) + 1}. {one.title.say(language()) or one.code}")
            for one in offered
            if one.code != code
        ]

    @classmethod
    def of(cls, document: Any, code: str) -> "StepForm":
        """Return the form filled with a step."""
        one = document.step(code)
        first = {
            "title_zh": one.title.zh, "title_en": one.title.en, "how_zh": one.how.zh, "how_en": one.how.en,
            "at": one.who.at, "role": one.who.role, "post": one.who.post, "limit": one.limit, "after": list(one.after),
            "key": one.key, "repeats": one.repeats, "evidence": "\n".join(_line(words) for words in one.evidence),
        }  # fmt: skip
        return cls(initial=first, document=document, code=code)

    def step(self, code: str, fields: Sequence[Any]) -> Any:
        """Return the step that was filled in, with the fields of its form."""
        given = self.cleaned_data
        return documents.Step(
            code=code, title=documents.Words(zh=given["title_zh"], en=given["title_en"]),
            how=documents.Words(zh=given["how_zh"], en=given["how_en"]), after=tuple(given["after"]),
            who=documents.Who(at=given["at"], role=given["role"], post=given["post"]), limit=given["limit"],
            evidence=tuple(_words(line) for line in given["evidence"].splitlines() if line.strip())[:20],
            form=tuple(fields), key=given["key"], repeats=given["repeats"],
        )  # fmt: skip


def _line(words: Any) -> str:
    return f"{words.zh} | {words.en}" if words.zh and words.en else words.zh or words.en


def _words(line: str) -> Any:
    """Return the words of a line: both languages where a bar divides them, else the reader's own."""
    first, bar, second = line.partition("|")
    if bar:
        return documents.Words(zh=first.strip()[:1000], en=second.strip()[:1000])
    text = line.strip()[:1000]
    return documents.Words(zh=text) if language().startswith("zh") else documents.Words(en=text)


class FieldForm(forms.Form):
    """One field that a step asks for; a row without labels is none."""

    label_zh = forms.CharField(label=_("Label in Chinese"), max_length=200, required=False)
    label_en = forms.CharField(label=_("Label in English"), max_length=200, required=False)
    type = forms.ChoiceField(label=_("Kind"), choices=list(FIELD_TYPES.items()))
    choices = forms.CharField(
        label=_("Choices"), required=False, max_length=2000, widget=_SHORT, help_text=_("One a line, as above.")
    )
    required = forms.BooleanField(label=_("Must be filled in"), required=False)
    personal = forms.BooleanField(
        label=_("About the person"), required=False, help_text=_("Kept apart, and erased on request.")
    )
    name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def field(self, taken: set[str]) -> Any:
        """Return the field, None where the row is empty; a new one gets the next free code."""
        given = self.cleaned_data
        label = documents.Words(zh=given["label_zh"], en=given["label_en"])
        if not label:
            return None
        name = given["name"] or next(code for n in range(1, 100) if (code := f"f{n}") not in taken)
        taken.add(name)
        choices = tuple(_words(line) for line in given["choices"].splitlines() if line.strip())
        return documents.FormField(
            name=name, label=label, type=given["type"], required=given["required"], personal=given["personal"],
            choices=choices if given["type"] == "choice" else (),
        )  # fmt: skip


def field_forms(step: Any, data: Any = None) -> list[FieldForm]:
    """Return a form for each field of a step, and some empty ones."""
    filled = [
        {
            "label_zh": one.label.zh, "label_en": one.label.en, "type": one.type, "required": one.required,
            "personal": one.personal, "name": one.name, "choices": "\n".join(_line(words) for words in one.choices),
        }
        for one in step.form
    ]  # fmt: skip
    rows = [*filled, *({} for _n in range(BLANK_FIELDS))]
    return [FieldForm(data, prefix=f"f{n}", initial=row) for n, row in enumerate(rows)]


def fields_of(rows: Sequence[FieldForm]) -> list[Any] | None:
    """Return the fields of valid rows in order; None where a row is not valid."""
    valid = [one.is_valid() for one in rows]  # each of them, so that every row shows its faults
    if not all(valid):
        return None
    taken = {one.cleaned_data["name"] for one in rows if one.cleaned_data["name"]}
    return [found for one in rows if (found := one.field(taken)) is not None]
