"""May this person record this, here and now: what every write of an inspection asks."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.teams import frozen_words
from plumbline.assessment.models import Finding, Inapplicable, Round, RoundUnit, Shown
from plumbline.assessment.permissions import check_inspect
from plumbline.assessment.queries import conflicts as ties
from plumbline.assessment.queries import teams as known
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules import findings as rule
from plumbline.assessment.rules.conflicts import conflicts_in
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted


def inspected_round(by: Actor, round_id: int) -> Round:
    """Return a round that the actor inspects as an assessor. Raises NotPermitted, and Refused once it is frozen."""
    round_ = Round.objects.select_related("committee", "scheme_version").filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted("assessment.inspect", f"round:{round_id}")
    check_inspect(by, round_.committee.path, f"round:{round_id}")
    if not known.is_open(round_):
        raise Refused(frozen_words())
    return round_


def of_team(by: Actor, at: datetime, round_: Round, unit_id: int, *, needs_team: bool = True) -> int:
    """Return the assignment under which the actor inspects the unit (0 where none is needed and there is none).

    Raises Refused with the reason where the unit is not assigned to a team of the actor's, where it is not assessed in the
    round, or where something ties the actor to it, even if it came up after the assignment.
    """
    if not RoundUnit.objects.filter(round=round_, unit_id=unit_id).exists():
        raise Refused(_("This unit is not assessed in the round."), field="unit")
    found = known.assignment_of(round_.pk, unit_id, by.user_id)
    if found is None and needs_team:
        raise Refused(_("This unit is not assigned to your team. Ask the committee to assign it."), field="unit")
    conflicts = ties.conflicts_of([by.user_id or 0], on=clock.day_of(at))
    against = conflicts_in(conflicts, [by.user_id or 0], [unit_id])
    if against:
        raise Refused(" ".join(ties.in_words(against)), field="unit")
    return found.pk if found else 0


def check_entry(round_: Round, unit_id: int, draft: rule.Draft, at: datetime) -> None:
    """Raise Refused, naming all that is wrong, where a finding is not fit to be recorded."""
    items = rule.checklist(scheme_of(round_.scheme_version))
    exempt = Inapplicable.objects.filter(round=round_, unit_id=unit_id).values_list("node", flat=True)
    flaws = rule.check_draft(draft, items, exempt=exempt, now=at)
    if rule.counted_on(clock.day_of(draft.seen_at), round_.from_on, round_.until_on) is None:
        flaws.append(rule.Flaw("seen_at", "before_period"))
    if flaws:
        raise Refused(" ".join(dict.fromkeys(flaw_words(flaw.code) for flaw in flaws)), field=flaws[0].field)


def flaw_words(code: str) -> str:
    """Return what is wrong with a finding, and how to mend it."""
    return {
        "unknown_node": _("Choose the indicator under which you found it."),
        "exempt": _("This indicator does not apply to the unit."),
        "unknown_criterion": _("Choose what you found; the scheme of this round knows no other."),
        "detail_missing": _("Choose the level."),
        "unknown_detail": _("The scheme knows no such level: choose one of the list."),
        "times": _("Say how often it was found: from 1 to 1,000."),
        "note_missing": _("Say in words what you saw."),
        "future": _("The time lies in the future: is the clock of the phone right?"),
        "before_period": _("It was seen before the period of the round began, so it cannot count in it."),
    }[code]


def counting_day(round_: Round, finding: Finding) -> date:
    """Return the day of the finding's fact; ``check_entry`` has refused what was seen before the period."""
    day = rule.counted_on(clock.day_of(finding.seen_at), round_.from_on, round_.until_on)
    return day if day is not None else round_.from_on


def attributes_of(finding: Finding) -> dict[str, str]:
    """Return the attributes of the finding's fact.

    Facts are read by the unit they are about. So the words go into the fact only where the round shows findings at once;
    otherwise the fact says what counts, and the words wait with the finding (decision record 0088).
    """
    items = rule.checklist(scheme_of(finding.round.scheme_version))
    item = next((one for one in items if one.node == finding.node), None)
    point = item.point(finding.criterion) if item else None
    found = {"criterion": finding.criterion}
    if point and point.detail and finding.detail:
        found[point.detail] = finding.detail
    plan = known.plan_of(finding.round)
    if finding.note and (plan is None or plan.shown == Shown.AT_ONCE):
        found["note"] = finding.note
    return found
