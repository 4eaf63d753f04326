"""Forms of the log: naming a witness, bringing cosignatures."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WitnessForm(forms.Form):
    """Who confirms checkpoints from outside."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As people know it: the university, the level above.")
    )
    vkey = forms.CharField(
        label=_("Public key"), max_length=300,
        help_text=_("name+number+key, as the witness's program prints it. Take it from the witness itself, not from a mail."),
    )  # fmt: skip
    mail = forms.EmailField(
        label=_("Mail address"), required=False, help_text=_("The newest checkpoint is mailed there once a day.")
    )
    url = forms.URLField(
        label=_("Address of its interface"), required=False, assume_scheme="https",
        help_text=_("C2SP tlog-witness; the newest checkpoint is posted there once a day and its signature kept."),
    )  # fmt: skip


class CosignatureForm(forms.Form):
    """A signed note, or lines of signatures."""

    text = forms.CharField(
        label=_("The note with the witness's signature"), max_length=64 * 1024, strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Paste the whole note, or the lines that begin with a dash."),
    )  # fmt: skip
