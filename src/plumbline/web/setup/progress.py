"""What of the first set-up is done, and what comes next: the tables themselves are the progress."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import calendar, clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.web import navigation
from plumbline.web.setup.forms import CommitteeForm


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, whether it is done, whether it is the next one, and where it is taken."""

    name: str
    title: str
    text: str
    done: bool
    next: bool = False
    url: str = ""
    action: str = ""


def steps(actor: Actor, *, at: datetime) -> list[Step]:
    """Return the four steps in order; the first that is not done is the next."""
    found = [_committee(actor), _calendar(at), _schemes(actor), _roster(actor)]
    waiting = next((step.name for step in found if not step.done), "")
    return [
        Step(step.name, step.title, step.text, step.done, step.name == waiting, step.url, step.action) for step in found
    ]


def _committee(actor: Actor) -> Step:
    top = organisation.visible_units(actor).filter(parent=None).order_by("pk").first()
    text = (
        _("“{name}” stands at the top of the tree.").format(name=top.name)
        if top
        else _("Everything hangs below the working committee: organisations, departments, roles.")
    )
    url = navigation.address("organisation:units") if top else ""
    title = _("Found the working committee")
    return Step("committee", title, text, top is not None, url=url, action=_("Open the tree"))


def _calendar(at: datetime) -> Step:
    day = clock.day_of(at)
    missing = calendar.load().missing_years(day, day + timedelta(days=365))
    text = (
        _("No holidays are known for {years}; until they are entered, only weekends count as days off.").format(
            years=", ".join(map(str, missing))
        )
        if missing
        else _("The holidays and made-up working days of this and the next twelve months are known.")
    )
    url = navigation.address("calendar")
    return Step("calendar", _("Check the working days"), text, not missing, url=url, action=_("Open the calendar"))


def _schemes(actor: Actor) -> Step:
    count = len(assessment.scheme_list(actor))
    text = (
        _("Schemes that can be used: {count}.").format(count=count)
        if count
        else _("Take one of the schemes that come with Plumbline, or bring your own as YAML.")
    )
    url = navigation.address("assessment:schemes")
    return Step("schemes", _("Choose a scheme"), text, count > 0, url=url, action=_("Open the schemes"))


def _roster(actor: Actor) -> Step:
    members = organisation.visible_members(actor).count()
    text = (
        _("Members on the roster: {count}.").format(count=members)
        if members
        else _("Fill in the Excel template with organisations, members and posts; it is checked before it counts.")
    )
    url = navigation.address("organisation:roster")
    return Step("roster", _("Import the roster"), text, members > 0, url=url, action=_("Open the roster import"))


def found_committee(*, by: Actor, at: datetime, form: CommitteeForm) -> bool:
    """Found the working committee with its founder as administrator; False where a rule refused, told in the form."""
    given = form.cleaned_data
    try:
        with transaction.atomic():
            committee = organisation.found_organisation(
                by=by, at=at, code=given["code"], name=given["name"], kind="working_committee"
            )
            if by.user_id is not None:
                founder = User.objects.get(pk=by.user_id)
                organisation.grant_role(by=by, at=at, user=founder, role="administrator", unit=committee)
    except organisation.Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    return True
