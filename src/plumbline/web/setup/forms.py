"""Forms of the first set-up."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.models import User


class FirstAdministratorForm(forms.Form):
    """The account of the first administrator."""

    display_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"})
    )
    username = forms.SlugField(
        label=_("User name"),
        max_length=150,
        help_text=_("What you type to sign in: letters, digits, hyphens and underscores."),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("The same password again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules and its repetition."""
        given = super().clean() or {}
        password = given.get("password")
        if password:
            someone = User(username=given.get("username", ""), display_name=given.get("display_name", ""))
            try:
                validate_password(password, user=someone)
            except ValidationError as refused:
                self.add_error("password", refused)
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", _("The two passwords differ. Type the same one in both fields."))
        return given


class CommitteeForm(forms.Form):
    """The organisation at the top of the tree."""

    name = forms.CharField(label=_("Full name of the working committee"), max_length=200)
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Short and lasting; it names the committee in imports, such as GW01."),
    )
