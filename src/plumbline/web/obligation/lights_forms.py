"""What the board of lights is asked, read from the address."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation

ROWS = (("unit", _("organisations")), ("district", _("districts")), ("rhythm", _("rhythms")))
AREAS = (
    ("", _("all work")),
    ("obligation", _("required rhythms")),
    ("responsibility", _("duties")),
    ("meeting", _("meetings")),
    ("procedure", _("cases")),
)
COLOURS = [("", _("all lights")), *((one.value, obligation.COLOUR_NAMES[one]) for one in reversed(obligation.COLOURS))]


class BoardForm(forms.Form):
    """The filters of the board; what does not fit is told and left out."""

    year = forms.IntegerField(min_value=2000, max_value=2200, required=False)
    under = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    rows = forms.ChoiceField(label=_("Show by"), choices=[("", _("as fits")), *ROWS], required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    area = forms.ChoiceField(label=_("Kind of work"), choices=AREAS, required=False)
    colour = forms.ChoiceField(label=_("Light"), choices=COLOURS, required=False)
    rhythm = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    month = forms.IntegerField(min_value=1, max_value=12, required=False, widget=forms.HiddenInput)
    unit = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    on = forms.DateField(label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        kinds = [("", _("all kinds")), *((code, name) for code, name in organisation.KIND_NAMES.items())]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["year"].label = _("Year")

    def ask(self, today: date) -> obligation.Ask:
        """Return what is asked; fields that did not fit are empty."""
        self.is_valid()
        got = self.cleaned_data
        return obligation.Ask(
            year=got.get("year") or (got.get("on") or today).year, rows=got.get("rows", ""), under=got.get("under"),
            kind=got.get("kind", ""), area=got.get("area", ""), rhythm=got.get("rhythm"), colour=got.get("colour", ""),
            month=got.get("month"),
        )  # fmt: skip

    def day(self, today: date) -> date:
        """Return the day of the lights: today, or an earlier one; what lies ahead cannot be known."""
        return min(self.cleaned_data.get("on") or today, today)
