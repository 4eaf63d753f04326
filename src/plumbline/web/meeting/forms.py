"""Forms of meetings: plans, talks, terms, problems, theme days, kinds and strictness."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.ledger import api as ledger
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def take(form: forms.Form, problem: meeting.Refused) -> None:
    """Show why the action was refused, at the field that must change."""
    form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def people_choices(people: Iterable[organisation.PersonRef]) -> list[tuple[int, str]]:
    """Return accounts as choices, with the post where there is one."""
    return [(one.user_id, f"{one.name} ({one.post})" if one.post else one.name) for one in people]


class ManyFiles(forms.ClearableFileInput):
    """An input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; ``clean`` returns a list, empty where none was chosen."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Clean every file by itself."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [found for one in given if (found := super(FilesField, self).clean(one, initial))]


def uploads_of(form: forms.Form) -> list[ledger.Upload]:
    """Return the files of a form as actions take them."""
    return [ledger.Upload(file.name, file) for file in form.cleaned_data["files"]]


class PlanForm(forms.Form):
    """What is said of a meeting before it is held."""

    title = forms.CharField(label=_("Topic"), max_length=200)
    starts_at = forms.DateTimeField(label=_("Begins"), widget=MOMENT, input_formats=MOMENT_FORMATS)
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=1, max_value=1440, required=False,
        help_text=_("Where attendance counts as learning, each who came gets these minutes."),
    )  # fmt: skip
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    also = forms.MultipleChoiceField(label=_("Held together with"), required=False, widget=forms.CheckboxSelectMultiple)
    group_name = forms.CharField(label=_("Group"), max_length=80, required=False)
    chosen = forms.TypedMultipleChoiceField(
        label=_("Members of the group"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    agenda = forms.CharField(
        label=_("Agenda"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One item a line."),
    )  # fmt: skip
    chair = forms.TypedChoiceField(label=_("Chair"), coerce=int, empty_value=None, required=False)
    recorder = forms.TypedChoiceField(
        label=_("Recorder"), coerce=int, empty_value=None, required=False,
        help_text=_("Chair and recorder are two persons; both confirm the record."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, together: Sequence[tuple[str, str]], people: Sequence[organisation.PersonRef],
        group: Sequence[meeting.Person] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["also"].choices = together
        for name in ("chair", "recorder"):
            fields[name].choices = [("", _("suggest somebody")), *people_choices(people)]
        fields["chosen"].choices = [(one.member_id, one.name) for one in group]
        if not group:
            del fields["chosen"], fields["group_name"]
        if not together:
            del fields["also"]

    def plan(self) -> meeting.Plan:
        """Return the plan as actions take it."""
        given = self.cleaned_data
        return meeting.Plan(
            title=given["title"], starts_at=given["starts_at"], place=given["place"], also=given.get("also", ()),
            agenda=given["agenda"].splitlines() or None, minutes=given["minutes"] or 0,
            group_name=given.get("group_name", ""), chosen=given.get("chosen", ()), chair_id=given["chair"],
            recorder_id=given["recorder"],
        )  # fmt: skip


class FilesForm(forms.Form):
    """Photos or materials of a meeting."""

    kind = forms.ChoiceField(choices=[(meeting.PHOTO, _("Photos")), (meeting.MATERIAL, _("Materials"))])
    files: Any = FilesField(label=_("Files"))


class ProblemForm(forms.Form):
    """A problem that the meeting found."""

    text = forms.CharField(label=_("Problem"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    measure = forms.CharField(
        label=_("How it will be mended"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(label=_("To be mended by"), widget=DAY)

    def __init__(self, *args: Any, people: Sequence[organisation.PersonRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["owner"].choices = [("", _("nobody yet")), *people_choices(people)]


class MendForm(forms.Form):
    """What was done about a problem, with evidence."""

    words = forms.CharField(label=_("What was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    files: Any = FilesField(label=_("Evidence"), required=False)


class TalkForm(forms.Form):
    """That talks were held: between whom by class, when, how many. Nothing else is asked."""

    unit = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    pair = forms.ChoiceField(label=_("Between whom"), choices=tuple(meeting.PAIRS.items()), widget=forms.RadioSelect)
    held_on = forms.DateField(label=_("On"), widget=DAY)
    count = forms.IntegerField(label=_("How many talks"), min_value=1, max_value=200, initial=1)

    def __init__(self, *args: Any, units: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["unit"].choices = [(one.pk, one.name) for one in units]


class ExtendForm(forms.Form):
    """The extension of a term as the level above approved it."""

    until = forms.DateField(label=_("Extended until"), widget=DAY)
    approved_by = forms.CharField(label=_("Approved by"), max_length=200)
    document = forms.CharField(label=_("Approving document"), max_length=200)
    reason = forms.CharField(label=_("Reason"), max_length=500)


WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip
ORDINALS = ((1, _("first")), (2, _("second")), (3, _("third")), (4, _("fourth")), (5, _("last")))


class ThemeDayForm(forms.Form):
    """The fixed theme day: a weekday of the month, or a day of it."""

    effective_on = forms.DateField(label=_("In force from"), widget=DAY)
    ordinal = forms.TypedChoiceField(label=_("Which one of the month"), choices=ORDINALS, coerce=int)
    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=WEEKDAYS, coerce=int)
    day = forms.IntegerField(
        label=_("Or a day of the month"), min_value=1, max_value=28, required=False,
        help_text=_("1 to 28; where it is given, the weekday does not count."),
    )  # fmt: skip

    def rule(self) -> meeting.FixedDay:
        """Return the rule as actions take it."""
        given = self.cleaned_data
        return meeting.FixedDay(given["effective_on"], given["ordinal"], given["weekday"], given["day"] or 0)


class StrictForm(forms.Form):
    """How records are treated below a unit."""

    strict = forms.BooleanField(
        label=_("Incomplete materials count as missing"), required=False,
        help_text=_("An incomplete record is then not filed, and its meeting does not count until it is complete."),
    )  # fmt: skip
    file_days = forms.IntegerField(label=_("Days until a record is filed"), min_value=1, max_value=90)


class KindForm(forms.Form):
    """A version of a kind of meeting."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Letters, digits and _; it never changes."))
    name = forms.CharField(label=_("Name"), max_length=100)
    effective_on = forms.DateField(label=_("In force from"), widget=DAY)
    is_active = forms.BooleanField(label=_("In use"), required=False)
    held_by = forms.MultipleChoiceField(label=_("Held by"), widget=forms.CheckboxSelectMultiple)
    who = forms.ChoiceField(
        label=_("Who is expected"), choices=[(one.value, words) for one, words in meeting.WHO_NAMES.items()]
    )
    matter = forms.ChoiceField(label=_("Quorum by the rule of"), required=False)
    minutes = forms.IntegerField(label=_("Usual length in minutes"), min_value=1, max_value=1440)
    learning = forms.ChoiceField(
        label=_("Counts as learning"), required=False,
        choices=[("", _("no")), ("lecture", _("as lecture")), ("group", _("as study together"))],
    )  # fmt: skip
    fields_ = forms.MultipleChoiceField(
        label=_("The minutes must have"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=tuple(meeting.FIELDS.items()),
    )  # fmt: skip
    together = forms.MultipleChoiceField(
        label=_("May be held together with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    agenda = forms.CharField(
        label=_("Agenda to begin with"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One item a line."),
    )  # fmt: skip
    process = forms.CharField(
        label=_("Text to begin with"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    restricted = forms.BooleanField(
        label=_("Only those expected, and those who lead, read the minutes"), required=False
    )

    def __init__(self, *args: Any, kinds: Iterable[meeting.Kind], new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        own = self.initial.get("code", "")
        fields["together"].choices = [(one.code, str(one.name)) for one in kinds if one.code != own]
        fields["held_by"].choices = [
            (code, label) for code, label in organisation.KIND_NAMES.items() if code in meeting.ORGANISATIONS
        ]
        fields["matter"].choices = [("", _("no quorum is needed")), *organisation.MATTERS.items()]
        if not new:
            fields["code"].disabled = True

    def kind(self, old: meeting.Kind | None) -> meeting.Kind:
        """Return the version as actions take it; texts of other fields stay as they were."""
        given = self.cleaned_data
        wanted = tuple(given["fields_"])
        first = next((one for one in wanted if one in meeting.TEXTS), "process")
        template = {name: str(text) for name, text in ((old.template if old else None) or {}).items()}
        template[first] = given["process"].strip()
        return meeting.Kind(
            code=given["code"], name=given["name"], who=meeting.Who(given["who"]), matter=given["matter"], fields=wanted,
            learning=given["learning"], minutes=given["minutes"], agenda=tuple(_lines(given["agenda"])),
            template={name: text for name, text in template.items() if text}, together=tuple(given["together"]),
            held_by=tuple(given["held_by"]), restricted=given["restricted"], is_active=given["is_active"],
            effective_on=given["effective_on"], is_shipped=False,
        )  # fmt: skip


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def kind_initial(kind: meeting.Kind, today: date) -> dict[str, Any]:
    """Return a kind as the form of its next version begins."""
    return {
        "code": kind.code, "name": str(kind.name), "effective_on": today, "is_active": kind.is_active,
        "held_by": kind.held_by, "who": kind.who.value, "matter": kind.matter, "minutes": kind.minutes,
        "learning": kind.learning, "fields_": kind.fields, "together": kind.together,
        "agenda": "\n".join(str(one) for one in kind.agenda), "restricted": kind.restricted,
        "process": "\n".join(str(text) for text in (kind.template or {}).values()),
    }  # fmt: skip
