"""A case begins: received for a unit, and for a person where the procedure is about one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, search
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.procedure.actions.problems import Refused
from plumbline.procedure.actions.projecting import project
from plumbline.procedure.actions.telling import tell
from plumbline.procedure.models import Case, CasePerson, Procedure, StepEvent
from plumbline.procedure.permissions import can_open_case
from plumbline.procedure.queries.procedures import procedure_of
from plumbline.procedure.rules import document as documents
from plumbline.procedure.rules.events import Event, Kind, Played, play


@dataclass(frozen=True, slots=True)
class Person:
    """The person concerned where they are no member yet; kept apart and erasable."""

    name: str
    phone: str = ""


@transaction.atomic
def open_case(
    *, by: Actor, at: datetime, procedure_id: int, unit_id: int, title: str = "", member_id: int | None = None,
    person: Person | None = None,
) -> Case:  # fmt: skip
    """Receive a case by the newest version of a procedure and return it; its first steps wait from then on.

    Raises NotPermitted, Refused (procedure closed, unit closed or outside its tree, nobody named whom it is about).
    """
    unit = organisation.unit_for(by, unit_id)
    if not can_open_case(by, unit.path):
        raise NotPermitted("procedure.open_case", f"unit:{unit_id}")
    version = _version(procedure_id, unit)
    if unit.closed_on is not None and unit.closed_on <= clock.day_of(at):
        raise Refused(_("{unit} is closed: choose the unit that goes on in its place.").format(unit=unit), field="unit")
    procedure = procedure_of(version)
    member = _member(by, unit, member_id)
    if procedure.concerns == "person" and member is None and not (person and person.name.strip()):
        raise Refused(_("Say whom it is about: a member, or the name of the person."), field="person")
    case = Case.objects.create(
        version=version, unit_id=unit.pk, member=member, title=title.strip()[:200], received_on=clock.day_of(at),
        opened_by=by.pseudonym,
    )  # fmt: skip
    if member is None and person is not None and person.name.strip():
        CasePerson.objects.create(case=case, name=person.name.strip()[:100], phone=person.phone.strip()[:40])
    played = _receive(by, at, case, procedure)
    _put_into_search(case, unit, procedure, at)
    said = {"procedure": version.procedure.code, "version": version.number, "unit": unit.pk}
    audit.record(by=by, at=at, action="procedure.open_case", subject=f"case:{case.pk}", new=said)
    tell(by=by, at=at, case=case, procedure=procedure, played=played)
    return case


def _receive(by: Actor, at: datetime, case: Case, procedure: documents.Procedure) -> Played:
    """Store the first event and where the case stands after it."""
    StepEvent.objects.create(case=case, seq=1, kind=Kind.RECEIVED.value, at=at, on=case.received_on, by=by.pseudonym)
    played = play(procedure, [Event(1, Kind.RECEIVED, at, case.received_on, by=by.pseudonym)])
    project(case, procedure, played)
    return played


def _put_into_search(case: Case, unit: Any, procedure: documents.Procedure, at: datetime) -> None:
    """Let the case be found by what it is about; the person concerned is not among it."""
    title = f"{procedure.title.say(get_language() or 'en')} {case.title}".strip()
    search.put(
        kind="case", object_id=case.pk, title=title, url=f"/cases/{case.pk}/",
        body=f"{unit.name} {procedure.title.zh} {procedure.title.en}", path=unit.path, at=at,
    )  # fmt: skip


def _version(procedure_id: int, unit: Any) -> Any:
    row = Procedure.objects.select_related("committee").filter(pk=procedure_id).first()
    if row is None or not unit.path.startswith(row.committee.path):
        raise NotPermitted("procedure.open_case", f"procedure:{procedure_id}")
    if row.is_closed:
        raise Refused(_("No new cases begin by this procedure."), field="procedure")
    return row.versions.select_related("procedure").order_by("-number")[0]


def _member(by: Actor, unit: Any, member_id: int | None) -> Any:
    if member_id is None:
        return None
    member = organisation.member_for(by, member_id)
    if not member.organisation.path.startswith(unit.path):
        raise Refused(_("{name} belongs to another unit.").format(name=member), field="member")
    return member
