"""Forms of the catalogue of required work, of plans and of exemptions."""

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_STATUSES = [
    ("full", _("full member")),
    ("probationary", _("probationary member")),
    ("suspended", _("rights suspended")),
]


class EntryForm(forms.Form):
    """What an entry of the catalogue is called, how it is explained, and where it stands."""

    name = forms.CharField(label=_("Name"), max_length=120)
    about = forms.CharField(
        label=_("What it asks and where it comes from"), max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=9999, initial=100)


class VersionForm(forms.Form):
    """What a version asks. Conditions are written as text, as in the sheet."""

    starts_on = forms.DateField(label=_("In force from"), widget=_DAY)
    ends_on = forms.DateField(
        label=_("Until before"), widget=_DAY, required=False, help_text=_("Leave empty where no end is known.")
    )
    subject = forms.ChoiceField(
        label=_("Owed by"),
        choices=[
            ("organisation", _("each organisation")),
            ("member", _("each member")),
            ("post", _("each holder of a post")),
        ],
    )
    organisation_kinds = forms.MultipleChoiceField(
        label=_("Kinds of organisation"), required=False, choices=list(organisation.KIND_NAMES.items()),
        widget=forms.CheckboxSelectMultiple, help_text=_("Of members: where they stand; none chosen means anywhere."),
    )  # fmt: skip
    statuses = forms.MultipleChoiceField(
        label=_("Members who are"), required=False, choices=_STATUSES, widget=forms.CheckboxSelectMultiple
    )
    post_codes = forms.CharField(
        label=_("Posts"), required=False, help_text=_("Codes of posts, with commas between, such as secretary, deputy.")
    )
    except_posts = forms.CharField(
        label=_("Not who holds"), required=False, help_text=_("Codes of posts whose holders have a rule of their own.")
    )
    exempt_reasons = forms.MultipleChoiceField(
        label=_("Exempt who is left out because of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    period = forms.ChoiceField(
        label=_("Once in each"),
        choices=[
            ("month", _("month")), ("quarter", _("quarter")), ("half_year", _("half year")), ("year", _("year")),
            ("term", _("term of office")),
        ],
    )  # fmt: skip
    from_month = forms.IntegerField(
        label=_("From which month of the period"), min_value=1, max_value=12, initial=1,
        help_text=_("10 for what is done in the fourth quarter of a year."),
    )  # fmt: skip
    term_years = forms.CharField(
        label=_("Years of a term by kind"), required=False,
        help_text=_("For elections only, such as branch=3; committee=5. An organisation's own term counts first."),
    )  # fmt: skip
    due_rule = forms.ChoiceField(
        label=_("Due on"),
        choices=[
            ("last_day", _("the last day of the period")),
            ("last_working_day", _("the last working day of the period")),
            ("fixed_day", _("a fixed day of the period's last month")),
            ("weekday", _("a fixed weekday of the period's last month")),
            ("working_days_after", _("so many working days after the period")),
        ],
    )
    due_number = forms.IntegerField(
        label=_("Which day, or how many"), required=False, min_value=0, max_value=60,
        help_text=_("The day of the month; 1 to 4 for the first to fourth weekday, 5 for the last; or the working days."),
    )  # fmt: skip
    due_weekday = forms.TypedChoiceField(
        label=_("Weekday"), coerce=int,
        choices=[
            (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
            (5, _("Saturday")), (6, _("Sunday")),
        ],
    )  # fmt: skip
    shift = forms.ChoiceField(
        label=_("If no work is done that day"),
        choices=[
            ("stays", _("it stays")),
            ("next", _("the next working day")),
            ("previous", _("the working day before")),
        ],
    )
    warn_days = forms.IntegerField(label=_("Warn so many days before"), min_value=0, max_value=366, initial=7)
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=366, initial=0)
    least_days = forms.IntegerField(
        label=_("Owed from so many days in the period"), min_value=0, max_value=366, initial=1,
        help_text=_("A unit founded later, or a member who came later, owes nothing where fewer days are left."),
    )  # fmt: skip
    is_prorated = forms.BooleanField(label=_("Less for a part of the period"), required=False)
    fact_kind = forms.ChoiceField(label=_("Fulfilled by facts of the kind"), required=False)
    where = forms.CharField(
        label=_("Whose attributes are"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Such as meeting_kind=lecture; several values with “|” between, several conditions with “;”. "
            "The word {period} stands for the code of the period, such as 2026-03."
        ),
    )  # fmt: skip
    measure = forms.ChoiceField(
        label=_("What is counted"),
        choices=[("quantity", _("their quantity, added up")), ("count", _("how many facts"))],
    )
    needed = forms.IntegerField(
        label=_("How much is needed"),
        min_value=1,
        initial=1,
        help_text=_("In the smallest unit of the kind, such as minutes."),
    )
    url = forms.CharField(
        label=_("Where it is done"), required=False, max_length=200,
        help_text=_("A page of this installation, such as /meetings/new/?unit={unit}; {unit} becomes the organisation."),
    )  # fmt: skip
    basis = forms.CharField(label=_("Basis"), max_length=300, help_text=_("The document that the rule comes from."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.code, f"{kind.name} ({kind.code})") for kind in ledger.kinds()]
        self.fields["fact_kind"].choices = [("", _("none (elections)")), *kinds]  # type: ignore[attr-defined]
        reasons = [(one.code, one.name) for one in organisation.exclusion_reasons()]
        self.fields["exempt_reasons"].choices = reasons  # type: ignore[attr-defined]

    def clean_where(self) -> dict[str, Any]:
        """Read the conditions."""
        return self._read(obligation.read_where, "where")

    def clean_term_years(self) -> dict[str, Any]:
        """Read the years by kind."""
        return self._read(obligation.read_years, "term_years")

    def _read(self, reader: Any, name: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = reader(self.cleaned_data[name])
        except obligation.BadCell as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return found

    def requirement(self) -> obligation.Requirement:
        """Return what the form says."""
        given = {one.name: self.cleaned_data[one.name] for one in fields(obligation.Requirement)}
        for name in ("organisation_kinds", "statuses", "exempt_reasons"):
            given[name] = tuple(given[name])
        for name in ("post_codes", "except_posts"):
            listed = given[name].replace("，", ",").replace("、", ",").split(",")
            given[name] = tuple(one.strip() for one in listed if one.strip())
        return obligation.Requirement(**{**given, "due_number": given["due_number"] or 0})

    def take(self, refused: obligation.Refused) -> None:
        """Show a refusal beside its field."""
        self.add_error(refused.field if refused.field in self.fields else None, refused.message)


class NewRhythmForm(VersionForm):
    """A new entry with its first version."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Letters, digits and low lines; facts of closed work carry it.")
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    about = forms.CharField(label=_("What it asks and where it comes from"), max_length=600, required=False)
    field_order = ("code", "name", "about")


class NextVersionForm(VersionForm):
    """A new version of an entry that stands."""

    ends_previous = forms.BooleanField(
        label=_("End the version before on the day on which this one begins"), required=False, initial=True
    )
    field_order = ("starts_on", "ends_on", "ends_previous")


class CatalogueForm(forms.Form):
    """A sheet with a catalogue."""

    file = forms.FileField(label=_("Excel or CSV file"))
    is_trial = forms.BooleanField(label=_("Only check, take nothing yet"), required=False, initial=True)


def initial_of(asked: obligation.Requirement) -> dict[str, Any]:
    """Return what a form shows for a version that stands."""
    given = {one.name: getattr(asked, one.name) for one in fields(obligation.Requirement)}
    return given | {
        "post_codes": ", ".join(asked.post_codes), "except_posts": ", ".join(asked.except_posts),
        "where": obligation.write_where(asked.where), "term_years": obligation.write_where(asked.term_years),
    }  # fmt: skip
