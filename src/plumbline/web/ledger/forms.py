"""Forms of the ledger: filing and correcting a fact, importing, kinds of the installation, tokens."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.ledger import api as ledger

MOST_LISTED = 300
"""Up to so many units are offered as a list; beyond that people write the unit's code."""
PREFIX = "attribute-"


class DayInput(forms.DateInput):
    """The browser's own calendar; it sends and shows ISO days."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; the cleaned value is a list. Empty files are let through: the evidence store names them."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        """Return the list of files, empty where there is none; nothing stands there beforehand (``initial``)."""
        del initial
        given = data if isinstance(data, (list, tuple)) else [data]
        return [one for one in given if one]


class UnitCodeField(forms.CharField):
    """A unit by its code or its exact name, among those that may be chosen."""

    def __init__(self, units: "QuerySet[Any]", **more: Any) -> None:
        super().__init__(label=_("Unit"), help_text=_("Code or full name of the unit."), **more)
        self.units = units

    def clean(self, value: Any) -> Any:
        """Return the unit; raises ValidationError where there is none, or several of the name."""
        text = super().clean(value)
        found = list(self.units.filter(code=text)[:1]) or list(self.units.filter(name=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("Several units are called so; give the code.")
                if found
                else _("There is no such unit for which you may file this.")
            )
        return found[0]


def unit_field(units: "QuerySet[Any]", initial: Any = None) -> forms.Field:
    """Return the field for choosing one of ``units``: a list where they are few, else the code."""
    few = list(units.values_list("pk", flat=True)[: MOST_LISTED + 1])
    if len(few) <= MOST_LISTED:
        only = few[0] if len(few) == 1 else None
        return UnitChoice(queryset=units, label=_("Unit"), initial=initial.pk if initial else only)
    return UnitCodeField(units, initial=initial.code if initial else None)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django takes no arguments here at run time
    """A list of units with their codes."""

    def label_from_instance(self, obj: Any) -> str:
        """Return what the list shows of a unit."""
        return f"{obj.code} {obj.name}"


def attribute_field(item: ledger.AttributeSpec) -> forms.Field:
    """Return the field in which a person enters one attribute."""
    about: dict[str, Any] = {"label": item.title, "help_text": str(item.meaning), "required": item.required}
    if item.type == "boolean":
        choices = [("", "—"), ("true", _("yes")), ("false", _("no"))]
        return forms.ChoiceField(choices=choices, **about)
    if item.type == "choice":
        return forms.ChoiceField(choices=[("", "—"), *((one, one) for one in item.choices)], **about)
    if item.type == "date":
        return forms.DateField(widget=DayInput(), **about)
    if item.type == "integer":
        return forms.IntegerField(**about)
    if item.type == "list":
        about["help_text"] = f"{item.meaning} {_('One a line.')}".strip()
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **about)
    return forms.CharField(max_length=500, **about)


def entered_attribute(item: ledger.AttributeSpec, value: Any) -> Any:
    """Return the value of a field as the ledger takes it."""
    if item.type == "boolean":
        return {"true": True, "false": False}.get(value)
    if item.type == "list":
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]
    return value


def shown_attribute(item: ledger.AttributeSpec, value: Any) -> Any:
    """Return a stored value as the field shows it."""
    if item.type == "boolean":
        return "" if value is None else str(value).lower()
    return "\n".join(value) if item.type == "list" and value else value


class FactForm(forms.Form):
    """The form of one kind: its unit, day, quantity, attributes and evidence."""

    def __init__(
        self, kind: ledger.FactKindSpec, units: "QuerySet[Any]", *arguments: Any, unit: Any = None, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.kind = kind
        self.fields["unit"] = unit_field(units, unit)
        self.fields["occurred_on"] = forms.DateField(
            label=_("Day"), widget=DayInput(), help_text=_("When it happened.")
        )
        said = {"measure": kind.entered_in}
        self.fields["quantity"] = forms.CharField(
            label=_("Quantity (%(measure)s)") % said, initial="" if kind.places else "1", max_length=40,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )  # fmt: skip
        for item in kind.attributes:
            self.fields[PREFIX + item.name] = attribute_field(item)
        self.fields["files"] = ManyFilesField(
            label=_("Evidence"), required=False, help_text=_("Minutes, photographs, lists; several files at once.")
        )
        self.fields["nonce"] = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid.uuid4)

    def clean_quantity(self) -> int:
        """Return the quantity in the smallest unit."""
        quantity, complaint = ledger.parse_quantity(self.kind, self.cleaned_data["quantity"])
        if complaint:
            raise forms.ValidationError(complaint)
        return quantity

    def attributes(self) -> dict[str, Any]:
        """Return the attributes as the ledger takes them."""
        return {
            item.name: entered_attribute(item, self.cleaned_data.get(PREFIX + item.name))
            for item in self.kind.attributes
        }

    def uploads(self) -> list[ledger.Upload]:
        """Return the files that came with the form."""
        return [ledger.Upload(one.name or "file", one.file) for one in self.cleaned_data["files"]]

    def take_problems(self, problems: Sequence[ledger.FactProblem]) -> None:
        """Put what the ledger refused beside the fields."""
        for problem in problems:
            name = problem.field.replace("attributes.", PREFIX)
            self.add_error(name if name in self.fields else None, problem.message)


class CorrectionForm(FactForm):
    """The same form with a reason; evidence is added to what stands there."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["reason"] = reason_field()


def reason_field() -> forms.CharField:
    """Return the field for the reason of a correction or a withdrawal."""
    return forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays beside the fact for everyone who may read it."),
    )  # fmt: skip


class WithdrawalForm(forms.Form):
    """The reason for taking a fact away."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["reason"] = reason_field()


class ImportForm(forms.Form):
    """A file of facts, and the year they must lie in."""

    file = forms.FileField(
        label=gettext_lazy("Excel or CSV file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year of the facts"),
        required=False,
        min_value=1950,
        max_value=2200,
        help_text=gettext_lazy("Days of other years are refused. Leave it empty where the file spans several years."),
    )


class TokenForm(forms.Form):
    """A token for another system."""

    name = forms.CharField(
        label=gettext_lazy("Name of the other system"),
        max_length=120,
        help_text=gettext_lazy("A new token of the same name on the same unit goes on with the same keys."),
    )
    expires_on = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayInput())

    def __init__(
        self, units: "QuerySet[Any]", kinds: Sequence[ledger.FactKindSpec], *arguments: Any, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.fields["unit"] = unit_field(units)
        self.fields["kinds"] = forms.MultipleChoiceField(
            label=_("Kinds it may file"),
            required=False,
            choices=[(kind.code, f"{kind.name} ({kind.code})") for kind in kinds if kind.is_active],
            widget=forms.CheckboxSelectMultiple(),
            help_text=_("None chosen: all kinds."),
        )
        self.order_fields(["name", "unit", "expires_on", "kinds"])


class KindForm(forms.Form):
    """A kind that the installation adds. Its attributes are rows of :class:`AttributeForm`."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=60, help_text=gettext_lazy("Such as energy.reported; it never changes.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    meaning = forms.CharField(
        label=gettext_lazy("Meaning"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        help_text=gettext_lazy("What happened when such a fact is filed, in a sentence that all read the same way."),
    )  # fmt: skip
    measure = forms.CharField(
        label=gettext_lazy("One stands for"), max_length=60, help_text=gettext_lazy("Times, minutes, watt-hours...")
    )
    places = forms.IntegerField(
        label=gettext_lazy("Decimal places that people enter"), min_value=0, max_value=9, initial=0
    )
    may_be_negative = forms.BooleanField(label=gettext_lazy("The quantity may be negative"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)


class AttributeForm(forms.Form):
    """One attribute of a kind; a row without a name is left out."""

    name = forms.CharField(label=gettext_lazy("Attribute"), max_length=60, required=False)
    label = forms.CharField(label=gettext_lazy("Shown as"), max_length=60, required=False)
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[
            ("text", gettext_lazy("text")),
            ("integer", gettext_lazy("whole number")),
            ("boolean", gettext_lazy("yes or no")),
            ("date", gettext_lazy("day")),
            ("choice", gettext_lazy("one of several")),
            ("list", gettext_lazy("several texts")),
        ],
    )
    required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choices"), required=False, help_text=gettext_lazy("Separated by semicolons.")
    )
    meaning = forms.CharField(label=gettext_lazy("Meaning"), max_length=300, required=False)

    def spec(self) -> ledger.AttributeSpec:
        """Return the attribute as entered."""
        given = self.cleaned_data
        parts = given["choices"].replace("；", ";").split(";")
        return ledger.AttributeSpec(
            name=given["name"].strip(),
            type=given["type"],
            required=given["required"],
            choices=tuple(part.strip() for part in parts if part.strip()),
            meaning=given["meaning"].strip(),
            label=given["label"].strip(),
        )


AttributeForms = forms.formset_factory(AttributeForm, extra=4, max_num=30, validate_max=True)


def kind_from(form: KindForm, attributes: Sequence[AttributeForm]) -> ledger.FactKindSpec:
    """Return the kind as entered."""
    given = form.cleaned_data
    rows = [one for one in attributes if one.cleaned_data.get("name", "").strip()]
    return ledger.FactKindSpec(
        code=given["code"].strip(),
        name=given["name"].strip(),
        meaning=given["meaning"].strip(),
        measure=given["measure"].strip(),
        attributes=tuple(one.spec() for one in rows),
        places=given["places"],
        minimum=None if given["may_be_negative"] else 0,
        is_active=given["is_active"],
        is_shipped=False,
    )


def initial_of(kind: ledger.FactKindSpec) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the form and its rows show of a kind that exists."""
    top = {
        "code": kind.code,
        "name": kind.name,
        "meaning": kind.meaning,
        "measure": kind.measure,
        "places": kind.places,
        "may_be_negative": kind.minimum is None,
        "is_active": kind.is_active,
    }
    rows = [
        {
            "name": item.name,
            "label": item.label,
            "type": item.type,
            "required": item.required,
            "choices": "; ".join(item.choices),
            "meaning": item.meaning,
        }
        for item in kind.attributes
    ]
    return top, rows
