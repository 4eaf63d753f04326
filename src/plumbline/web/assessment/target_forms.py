"""The form of one target."""

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.numbers import MICRO


class TargetForm(forms.Form):
    """Another value in the place of what was suggested, and why."""

    value = forms.DecimalField(label=_("Target in points"), max_digits=14, decimal_places=6, min_value=0)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the target differs from the suggestion. The unit reads it."),
    )  # fmt: skip

    def micro(self) -> int:
        """Return the value in micro-points; six decimals are all there are."""
        return int(self.cleaned_data["value"] * MICRO)
