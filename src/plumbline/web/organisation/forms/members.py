"""Forms of members."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plumbline.organisation import api as organisation
from plumbline.web.organisation.forms.fields import DayField, PlainForm, ReasonField, pick


class MemberForm(PlainForm):
    """A member's own fields."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=40)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    born_on = DayField(gettext_lazy("Born on"), required=False)
    joined_on = DayField(gettext_lazy("Joined on"), required=False)
    full_on = DayField(gettext_lazy("Full member since"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Seen by the member, the secretary and the administrator only."),
    )


class EnrolForm(MemberForm):
    """A new member."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[c for c in organisation.MemberStatus.choices if c[0] in ("full", "probationary")],
    )
    on = DayField(gettext_lazy("Belongs here since"))

    def __init__(self, *args: Any, organisations: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = pick(organisations, _("Organisation"))
        self.order_fields(["organisation", "number", "name", "status", "on"])


class StatusForm(PlainForm):
    """Another status from a day on."""

    status = forms.ChoiceField(label=gettext_lazy("New status"), choices=organisation.MemberStatus.choices)
    on = DayField(gettext_lazy("From"))
    reason = ReasonField()


class TransferForm(PlainForm):
    """Where a member goes."""

    on = DayField(gettext_lazy("From"))
    reason = ReasonField()

    def __init__(self, *args: Any, organisations: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = pick(organisations, _("To which organisation"))
        self.order_fields(["to", "on", "reason"])


class ExclusionForm(PlainForm):
    """Why and since when a member does not count among those who should attend."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    starts_on = DayField(gettext_lazy("From"))
    ends_on = DayField(gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty as long as nobody knows."))
    approved_by = forms.CharField(label=gettext_lazy("Approved by"), max_length=200)
    approval = forms.CharField(label=gettext_lazy("Approving document"), max_length=200)
    approved_on = DayField(gettext_lazy("Approved on"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, reasons: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = [(rule.code, rule.name) for rule in reasons if rule.is_active]
