"""Forms of the shared pages: a day of the calendar, the filter of the audit."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.models import DayKind


class DayInput(forms.DateInput):
    """The browser's own calendar; it sends and shows ISO days."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayForm(forms.Form):
    """One day of the table: what it is, or that it is taken off."""

    on = forms.DateField(label=_("Day"), widget=DayInput)
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[*DayKind.choices, ("", _("not listed: its weekday decides"))],
        required=False,
        initial=DayKind.HOLIDAY,
    )
    name = forms.CharField(label=_("Name"), max_length=60, required=False, help_text=_("For example: Spring Festival"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For example: the notice of the State Council for the year")
    )

    def __init__(self, year: int, data: Any = None) -> None:
        super().__init__(data)
        self.year = year
        self.fields["on"].widget.attrs |= {"min": f"{year}-01-01", "max": f"{year}-12-31"}

    def clean_on(self) -> date:
        """Return the day. Raises ValidationError for one of another year."""
        on: date = self.cleaned_data["on"]
        if on.year != self.year:
            raise forms.ValidationError(
                _("This day is not in %(year)s; open the page of its year."), params={"year": self.year}
            )
        return on

    def clean_kind(self) -> DayKind | None:
        """Return the kind, None where the day is taken off the table."""
        return DayKind(self.cleaned_data["kind"]) if self.cleaned_data["kind"] else None


class AuditFilter(forms.Form):
    """What of the audit to show."""

    who = forms.CharField(label=_("Who (name, account or pseudonym)"), max_length=150, required=False)
    action = forms.CharField(label=_("What was done (beginning of its code)"), max_length=80, required=False)
    subject = forms.CharField(label=_("To what, such as unit:17"), max_length=120, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)
    refused = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("everything")), ("no", _("changes only")), ("yes", _("refused attempts only"))],
    )

    @staticmethod
    def arguments(wanted: dict[str, Any]) -> dict[str, Any]:
        """Return the filter as ``audit.entries`` takes it; days become instants, the last day counted whole."""
        return {
            "who": wanted.get("who", ""),
            "action": wanted.get("action", ""),
            "subject": wanted.get("subject", ""),
            "since": _midnight(wanted.get("since")),
            "before": _midnight(wanted["until"] + timedelta(days=1) if wanted.get("until") else None),
            "refused": {"yes": True, "no": False}.get(wanted.get("refused", "")),
        }


def _midnight(on: date | None) -> datetime | None:
    """Return the first instant of a day where the installation stands."""
    return None if on is None else timezone.make_aware(datetime.combine(on, time.min), timezone.get_default_timezone())
