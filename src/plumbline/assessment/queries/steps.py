"""What the reader of a round can do now."""

from dataclasses import dataclass
from datetime import date

from plumbline.assessment import permissions
from plumbline.assessment.models import Notice, ReportState, Round, RoundUnit, SelfReport
from plumbline.assessment.permissions import ANY_ROLE, KEEPERS
from plumbline.assessment.queries.life import dates_of
from plumbline.assessment.queries.publicity import readable_objections
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.rules import steps as rule
from plumbline.assessment.rules.rounds import RoundState
from plumbline.assessment.rules.steps import Part, Step
from plumbline.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The steps, and the one unit that they are about where the reader belongs to just one."""

    steps: tuple[Step, ...]
    unit_id: int | None


def next_steps(actor: Actor, round_: Round, today: date) -> NextSteps:
    """Return what the actor can do in the round now, the next step first; at most seven SQL statements."""
    units = RoundUnit.objects.filter(round=round_)
    narrow = [path for path in actor.paths_for(*ANY_ROLE) if path != round_.committee.path and path != "/"]
    speaks = [path for path in actor.paths_for(*KEEPERS) if path in narrow]
    own = list(units.filter(under("unit__path", narrow)).values_list("unit_id", flat=True)[:2]) if narrow else []
    spoken = list(units.filter(under("unit__path", speaks)).values_list("unit_id", flat=True)) if speaks else []
    done = (
        SelfReport.objects.filter(round=round_, unit_id__in=spoken, state=ReportState.SUBMITTED).count()
        if spoken
        else 0
    )
    notice = Notice.objects.filter(round=round_).order_by("-number").first()
    due = list(readable_objections(actor).filter(notice__round=round_, answer=None).values_list("due_on", flat=True))
    now = rule.Standing(
        phases=dates_of(round_), until_on=round_.until_on, units=units.count(),
        notice_until=notice.until_on if notice else None, objections=len(due), answer_by=min(due, default=None),
        reported=bool(spoken) and done == len(spoken), own_provisional=round_.own_provisional,
    )  # fmt: skip
    parts = _parts(actor, round_, speaks=bool(spoken), own=bool(own))
    return NextSteps(rule.steps(parts, RoundState(round_.state), now, today), own[0] if len(own) == 1 else None)


def _parts(actor: Actor, round_: Round, *, speaks: bool, own: bool) -> list[Part]:
    path = round_.committee.path
    found = [Part.ADMINISTRATOR] if permissions.can_run_rounds(actor, path) else []
    if permissions.can_inspect(actor, path):
        found.append(Part.ASSESSOR)
    if not found and permissions.can_read_whole(actor, path):
        found.append(Part.AUDITOR)
    if speaks:
        found.append(Part.SECRETARY)
    elif own:
        found.append(Part.MEMBER)
    return found
