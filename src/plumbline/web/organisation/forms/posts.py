"""Forms of posts, terms and roles."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.organisation import api as organisation
from plumbline.web.organisation.forms.fields import DayField, PlainForm, pick


class PostForm(PlainForm):
    """A post."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=99, initial=1)


class DutiesForm(PlainForm):
    """The duties of a post in both lines, one in each line of the text."""

    business = forms.CharField(
        label=gettext_lazy("Business duties"),
        help_text=gettext_lazy("One duty in each line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation duties"),
        help_text=gettext_lazy("One duty in each line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class AppointForm(PlainForm):
    """Who holds a post, from when until when."""

    starts_on = DayField(gettext_lazy("From"))
    ends_on = DayField(
        gettext_lazy("Until"), required=False, help_text=gettext_lazy("The day the term runs out; empty if open.")
    )
    basis = forms.CharField(label=gettext_lazy("Election or document"), max_length=200, required=False)

    def __init__(self, *args: Any, members: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"] = pick(members, _("Member"), key="number")
        self.order_fields(["member", "starts_on", "ends_on", "basis"])


class GrantForm(PlainForm):
    """A role for an account."""

    account = forms.CharField(
        label=gettext_lazy("User name"), max_length=150, widget=forms.TextInput(attrs={"autocapitalize": "none"})
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=organisation.Role.choices)
    starts_on = DayField(gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: from today."))
    ends_on = DayField(gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until revoked."))

    def __init__(self, *args: Any, find: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._find = find

    def clean_account(self) -> Any:
        """Return the account with this user name."""
        found = self._find(self.cleaned_data["account"].strip())
        if found is None:
            raise forms.ValidationError(
                _("There is no account with this user name: print a slip for the member first.")
            )
        return found
