"""Forms of units: founding, changing, moving, closing, merging, splitting."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.organisation import api as organisation
from plumbline.web.organisation.forms.fields import MOST_LISTED, DayField, PlainForm, ReasonField, RowsChoice, pick


class OrganisationForm(PlainForm):
    """An organisation's own fields."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=organisation.OrganisationKind.choices)
    founded_on = DayField(gettext_lazy("Founded on"), required=False)
    term_years = forms.IntegerField(
        label=gettext_lazy("Term of its committee in years"), min_value=1, max_value=10, required=False
    )
    is_scattered = forms.BooleanField(label=gettext_lazy("Its members work far apart"), required=False)
    size_approval = forms.CharField(
        label=gettext_lazy("Approval of an unusual size"),
        help_text=gettext_lazy("The document that allows a size or committee outside the usual limits."),
        max_length=200,
        required=False,
    )
    is_joint = forms.BooleanField(label=gettext_lazy("Joint branch of several departments"), required=False)

    def __init__(
        self, *args: Any, parents: "QuerySet[Any] | None" = None, departments: "QuerySet[Any]", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if parents is not None:
            self.fields["parent"] = pick(parents, _("Stands under"))
        self.fields["department"] = pick(departments, _("Department it belongs to"), required=False)
        if departments.count() <= MOST_LISTED:
            self.fields["joint_departments"] = forms.ModelMultipleChoiceField(
                departments,
                label=_("Departments that a joint branch covers"),
                required=False,
                help_text=_("Hold Ctrl (or Command) to choose several."),
            )


class DepartmentForm(PlainForm):
    """A department's own fields."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=80, required=False)
    klass = forms.CharField(
        label=gettext_lazy("Class"),
        help_text=gettext_lazy("Departments of one class are ranked with each other."),
        max_length=60,
        required=False,
    )
    founded_on = DayField(gettext_lazy("Founded on"), required=False)

    def __init__(self, *args: Any, parents: "QuerySet[Any] | None" = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parents is not None:
            self.fields["parent"] = pick(parents, _("Its assessment is led by"))


class MoveForm(PlainForm):
    """Where a unit goes."""

    on = DayField(gettext_lazy("From"))
    reason = ReasonField()

    def __init__(self, *args: Any, parents: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = pick(parents, _("New place: under"))
        self.order_fields(["parent", "on", "reason"])


class CloseForm(PlainForm):
    """When and why a unit closes."""

    on = DayField(gettext_lazy("First day that it no longer stands"))
    reason = ReasonField()


class MergeForm(PlainForm):
    """Which organisation takes over."""

    on = DayField(gettext_lazy("On"))
    reason = ReasonField()

    def __init__(self, *args: Any, successors: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = pick(successors, _("Goes on in"))
        self.order_fields(["into", "on", "reason"])


class SplitForm(PlainForm):
    """One new organisation beside the old one, with those who go to it; two where the old one closes."""

    on = DayField(gettext_lazy("On"))
    code = forms.CharField(label=gettext_lazy("Code of the new organisation"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name of the new organisation"), max_length=200)
    rest_code = forms.CharField(
        label=gettext_lazy("Code of a second new organisation"),
        help_text=gettext_lazy("Only where the old one closes: all who are not ticked go to the second."),
        max_length=40,
        required=False,
    )
    rest_name = forms.CharField(
        label=gettext_lazy("Name of the second new organisation"), max_length=200, required=False
    )
    reason = ReasonField()

    def __init__(self, *args: Any, members: "QuerySet[Any]", units: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"] = RowsChoice(members, label=_("Members who go to the new one"), required=False)
        if units.exists():
            self.fields["units"] = RowsChoice(units, label=_("Units that go to the new one"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse half a second organisation."""
        given = super().clean() or {}
        if bool(given.get("rest_code")) != bool(given.get("rest_name")):
            self.add_error("rest_name", _("A second new organisation needs both a code and a name."))
        return given
