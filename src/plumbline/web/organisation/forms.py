"""Forms of units, members, posts, roles and rules. What a rule refuses is told by the action, beside the field it names."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plumbline.organisation import api as organisation

MOST_LISTED = 400
"""Up to so many rows are offered as a list; beyond that people write a code or number."""


class DayInput(forms.DateInput):
    """The browser's own calendar; it sends and shows ISO days."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label=label, widget=DayInput(), **more)


class ReasonField(forms.CharField):
    """Why something is done: kept in the history."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            label=gettext_lazy("Reason"),
            help_text=gettext_lazy("Stands in the history: a document, a decision, a request."),
            max_length=500,
            required=required,
            widget=forms.Textarea(attrs={"rows": 2}),
        )


class RowChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of a short list, told by its code and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the words of one choice."""
        return f"{getattr(obj, 'code', '') or getattr(obj, 'number', '')} {obj}"


class RowsChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows of a short list, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Return the words of one choice."""
        return f"{getattr(obj, 'code', '') or getattr(obj, 'number', '')} {obj}"


class CodeField(forms.CharField):
    """One row of a long list, written as its code or number."""

    def __init__(self, rows: "QuerySet[Any]", key: str, **more: Any) -> None:
        super().__init__(help_text=_("The list is long: write the code or number."), **more)
        self.rows, self.key = rows, key

    def clean(self, value: Any) -> Any:
        """Return the row, None where the field may be empty and is; raises ValidationError where there is none."""
        text = super().clean(value)
        if not text:
            return None
        found = self.rows.filter(**{self.key: text}).first()
        if found is None:
            raise forms.ValidationError(_("Nothing with this code is within your reach."))
        return found


def pick(rows: "QuerySet[Any]", label: Any, *, key: str = "code", required: bool = True) -> forms.Field:
    """Return a field for one of ``rows``: a list where they are few, else a code to write."""
    if rows.count() <= MOST_LISTED:
        return RowChoice(rows, label=label, required=required)
    return CodeField(rows, key, label=label, required=required)


class PlainForm(forms.Form):
    """A form without colons after its labels."""

    label_suffix = ""


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


class ChangeReasonForm(PlainForm):
    """The reason for a change of fields."""

    reason = ReasonField(required=False)


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


class EndForm(PlainForm):
    """From which day something no longer holds, and why."""

    on = DayField(gettext_lazy("First day that it no longer holds"))
    reason = ReasonField()


class ReasonForm(PlainForm):
    """Why."""

    reason = ReasonField()


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


def chosen_day(text: str, otherwise: date) -> date:
    """Return a day given in an address, or another one where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
