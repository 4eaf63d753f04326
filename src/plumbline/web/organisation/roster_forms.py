"""Forms of rosters and slips."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST_BYTES = 20 * 1024 * 1024
"""A roster of a hundred thousand members is about 8 MB."""


class RosterForm(forms.Form):
    """The file of a roster."""

    file = forms.FileField(
        label=_("Roster file"),
        help_text=_("An Excel workbook (.xlsx) with the sheets of the template, in English or Chinese."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
    )

    def clean_file(self) -> Any:
        """Refuse a file that no roster can be as large as."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB. Split the roster by sheets or by organisations."),
                params={"most": LARGEST_BYTES // 1024 // 1024},
            )
        return file


class SlipsForm(forms.Form):
    """For whom slips are printed."""

    WHO_WITHOUT, WHO_ALL = "without", "all"

    who = forms.ChoiceField(
        label=_("For whom"),
        choices=(
            (WHO_WITHOUT, _("only members who have not activated their account")),
            (WHO_ALL, _("all members: those with a password set a new one")),
        ),
        initial=WHO_WITHOUT,
        widget=forms.RadioSelect,
    )


class ActivationForm(forms.Form):
    """The code of a slip and the new password, twice."""

    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=40,
        help_text=_("Twelve letters and digits; hyphens and small letters do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        help_text=_("At least ten characters, not a common word and not your user name."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return given
