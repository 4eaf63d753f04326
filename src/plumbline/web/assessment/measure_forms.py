"""Forms of the measures: bringing a table in, and how an index is made of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeasureForm(forms.Form):
    """A workbook with the sheets data and indicators."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    file = forms.FileField(
        label=_("File"),
        help_text=_("A workbook (.xlsx) with the sheets “data” and “indicators”, or a CSV of the data."),
    )
    structure = forms.FileField(
        label=_("File of the indicators"), help_text=_("Only where the data is a CSV of its own."), required=False
    )


class ChoiceForm(forms.Form):
    """How the index is made; read from the address, so that a way can be passed on as a link."""

    way = forms.ChoiceField(
        label=_("Made comparable by"),
        choices=[
            ("min_max", _("lowest to highest (min-max)")), ("goalposts", _("goalposts")), ("target", _("target")),
            ("ratio_to_best", _("ratio to the best")), ("z_score", _("distance from the mean (z-score)")),
            ("percentile", _("place within the class (percentile)")),
        ],
    )  # fmt: skip
    outliers = forms.ChoiceField(
        label=_("Outliers"),
        choices=[
            ("none", _("leave as they are")), ("winsorise", _("winsorise, else logarithm")), ("log", _("logarithm")),
            ("fences", _("cut at the quartile fences")),
        ],
    )  # fmt: skip
    missing = forms.ChoiceField(
        label=_("What is missing"),
        choices=[
            ("leave_out", _("is left out, its weight goes to the rest")), ("class_mean", _("gets the mean of its class")),
            ("class_median", _("gets the median of its class")), ("refuse", _("must be reported first")),
        ],
    )  # fmt: skip
    mean = forms.ChoiceField(
        label=_("Summed up by"),
        choices=[
            ("arithmetic", _("arithmetic mean")), ("geometric", _("geometric mean")),
            ("geometric_top", _("geometric mean of the first level, arithmetic below")),
        ],
    )  # fmt: skip
    within = forms.ChoiceField(
        label=_("Compared with"),
        choices=[
            ("", pgettext_lazy("compared with", "all units")),
            ("yes", pgettext_lazy("compared with", "its class")),
        ],
        required=False,
    )

    def chosen(self) -> dict[str, Any]:
        """Return the choice as the analysis takes it; what was not asked for, or makes no sense, is the default."""
        defaults = {"way": "min_max", "outliers": "none", "missing": "leave_out", "mean": "arithmetic"}
        given = self.cleaned_data if self.is_valid() else {}
        return {name: given.get(name) or default for name, default in defaults.items()} | {
            "within": given.get("within") == "yes"
        }


class PeriodForm(forms.Form):
    """A period of results."""

    from_on = forms.DateField(label=_("From"))
    until_on = forms.DateField(label=_("Until"))
