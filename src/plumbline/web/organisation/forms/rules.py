"""Forms of the rules of voting and the reasons for which a member does not count."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.organisation import api as organisation
from plumbline.web.organisation.forms.fields import DayField, PlainForm


class VotingRuleForm(PlainForm):
    """A version of a rule of quorum and majority."""

    matter = forms.ChoiceField(label=gettext_lazy("Matter"), choices=list(organisation.MATTERS.items()))
    effective_on = DayField(gettext_lazy("In force from"))
    quorum_strict = forms.ChoiceField(
        label=gettext_lazy("Quorum"),
        choices=(("", gettext_lazy("at least")), ("1", gettext_lazy("more than"))),
        required=False,
    )
    quorum_numerator = forms.IntegerField(label=gettext_lazy("Quorum: numerator"), min_value=0, max_value=100)
    quorum_denominator = forms.IntegerField(label=gettext_lazy("Quorum: denominator"), min_value=1, max_value=100)
    pass_strict = forms.ChoiceField(
        label=gettext_lazy("Majority"),
        choices=(("1", gettext_lazy("more than")), ("", gettext_lazy("at least"))),
        required=False,
        initial="1",
    )
    pass_numerator = forms.IntegerField(label=gettext_lazy("Majority: numerator"), min_value=0, max_value=100)
    pass_denominator = forms.IntegerField(label=gettext_lazy("Majority: denominator"), min_value=1, max_value=100)
    pass_of = forms.ChoiceField(
        label=gettext_lazy("Majority of"),
        choices=(("entitled", gettext_lazy("those entitled")), ("present", gettext_lazy("those present"))),
    )
    written_opinions_count = forms.BooleanField(
        label=gettext_lazy("Written opinions of absent members count"), required=False
    )
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200)

    def clean(self) -> dict[str, Any]:
        """Refuse fractions above one."""
        given = super().clean() or {}
        for name in ("quorum", "pass"):
            top, bottom = given.get(f"{name}_numerator"), given.get(f"{name}_denominator")
            if top is not None and bottom is not None and top > bottom:
                self.add_error(f"{name}_numerator", _("The numerator cannot be greater than the denominator."))
        return given

    def rule(self) -> organisation.VotingRule:
        """Return the version that was filled in."""
        given = self.cleaned_data
        return organisation.VotingRule(
            matter=given["matter"],
            effective_on=given["effective_on"],
            quorum=organisation.Share(
                given["quorum_numerator"], given["quorum_denominator"], bool(given["quorum_strict"])
            ),
            majority=organisation.Share(given["pass_numerator"], given["pass_denominator"], bool(given["pass_strict"])),
            majority_of=organisation.Of(given["pass_of"]),
            written_opinions_count=given["written_opinions_count"],
            basis=given["basis"],
        )


class ExclusionReasonForm(PlainForm):
    """A reason of the list."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    needs_application = forms.BooleanField(label=gettext_lazy("The member applies for it"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
