"""Forms of a slip's rectification list: an item, its report, and why it goes back."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation
from plumbline.web.obligation.slip_forms import FilesField


class ItemForm(forms.Form):
    """What is to be mended, how, by whom, by which day."""

    text = forms.CharField(label=_("What is to be mended"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    measure = forms.CharField(
        label=_("How it will be mended"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(
        label=_("To be mended by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, people: Iterable[organisation.PersonRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.user_id, f"{one.name} ({one.post})" if one.post else one.name) for one in people]
        self.fields["owner"].choices = [("", "–"), *named]  # type: ignore[attr-defined]

    def draft(self) -> obligation.ItemDraft:
        """Return the item as the action takes it."""
        given = self.cleaned_data
        return obligation.ItemDraft(given["text"], given["due_on"], given["measure"], given["owner"])


class ReportForm(forms.Form):
    """What was done, with evidence."""

    words = forms.CharField(label=_("What has been done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return [ledger.Upload(file.name, file) for file in self.cleaned_data["files"]]
