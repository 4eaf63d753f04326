"""Forms for what is passed to the level above, and for what comes from the level below."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.ledger import api as ledger
from plumbline.web.ledger.forms import DayInput, unit_field


class PeriodForm(forms.Form):
    """Whose facts, and of which days: what is offered depends on it."""

    committee = forms.TypedChoiceField(label=gettext_lazy("Committee"), coerce=int)
    from_ = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    until = forms.DateField(label=gettext_lazy("To"), widget=DayInput())

    def __init__(self, *args: Any, committees: Iterable[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["committee"].choices = list(committees)  # type: ignore[attr-defined]


class PassUpForm(PeriodForm):
    """What goes into the file."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Facts"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    results = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Published results"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple()
    )
    texts = forms.BooleanField(
        label=gettext_lazy("With free text, such as topics and notes"), required=False,
        help_text=gettext_lazy("People may be named in it: tick this only where both levels have agreed to it."),
    )  # fmt: skip

    def __init__(self, *args: Any, found: ledger.PassingUp | None, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("committee", "from_", "until"):
            self.fields[name].widget = forms.HiddenInput()
        kinds = [(one.kind.code, f"{one.kind.name} ({one.facts})") for one in found.kinds] if found else []
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
        results = [(one.id, one.title) for one in found.results] if found else []
        self.fields["results"].choices = results  # type: ignore[attr-defined]
        for name, listed in (("kinds", kinds), ("results", results)):
            if not listed:
                del self.fields[name]


class ReceiveForm(forms.Form):
    """A file that was passed up, and who passed it up."""

    file = forms.FileField(
        label=gettext_lazy("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".plumbline"})
    )

    def __init__(self, *args: Any, units: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"] = unit_field(units)
        self.fields["unit"].label = _("Passed up by")
        self.fields["unit"].help_text = _("The unit here whose committee made the file.")
        self.order_fields(["unit", "file"])
