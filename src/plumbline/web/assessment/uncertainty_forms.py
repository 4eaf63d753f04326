"""What is assumed when the uncertainty of a result is asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.assessment import api as assessment


class UncertaintyForm(forms.Form):
    """The assumptions, in per cent as people say them; ``declared`` are they as the action takes them."""

    weighting = forms.ChoiceField(
        label=_("Weights"),
        choices=[
            ("around", _("around the issued ones")),
            ("anywhere", _("anywhere: every set of weights is as likely")),
        ],
        initial="around",
    )
    spread = forms.IntegerField(
        label=_("How far a weight may be off, in per cent of itself"), min_value=1, max_value=100, initial=25,
        help_text=_("One standard deviation of an average weight. 25 % is a committee that would have argued a little."),
    )  # fmt: skip
    keep_parts = forms.BooleanField(label=_("Leave the weights of the first level as issued"), required=False)
    turnout = forms.IntegerField(
        label=_("Turnout of surveys and votes, in per cent"), min_value=1, max_value=100, required=False,
        help_text=_("How many of those asked have answered. Left empty, nobody knows: the number asked counts as endless."),
    )  # fmt: skip
    silent = forms.IntegerField(
        label=_("How far those who stayed silent may differ, in per cent of the scale"), min_value=0, max_value=50, initial=5,
        help_text=_("One standard deviation. It is used only where the turnout is known."),
    )  # fmt: skip
    coverage = forms.TypedChoiceField(
        label=_("Intervals hold"), coerce=int, choices=[(80, "80 %"), (90, "90 %"), (95, "95 %")], initial=90
    )
    draws = forms.TypedChoiceField(
        label=_("Draws"), coerce=int, choices=[(1_000, "1,000"), (10_000, "10,000"), (50_000, "50,000")], initial=10_000
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31 - 1, initial=20_251,
        help_text=_("The same seed draws the same numbers again; another one shows how much is chance."),
    )  # fmt: skip

    def declared(self) -> dict[str, Any]:
        """Return the cleaned form as settings."""
        given = dict(self.cleaned_data)
        turnout = given.pop("turnout")
        shares = {name: given.pop(name) / 100 for name in ("spread", "silent", "coverage")}
        return given | shares | {"turnout": None if turnout is None else turnout / 100}

    def take(self, problem: assessment.Refused) -> None:
        """Show why the action was refused, at the field that must change."""
        self.add_error(problem.field if problem.field in self.fields else None, problem.message)
