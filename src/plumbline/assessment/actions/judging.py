"""Verification and review: an assessor chooses points with a reason, a review changes them; both are facts in the ledger."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.inspecting import of_team
from plumbline.assessment.actions.life import check_leave
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import Inapplicable, Round, RoundUnit
from plumbline.assessment.permissions import check_review, check_verify
from plumbline.assessment.queries.conflicts import conflicts_of, why
from plumbline.assessment.queries.judged import current_judgement, judged_nodes
from plumbline.assessment.rules import phases as rule
from plumbline.assessment.rules.phases import PhaseKind
from plumbline.assessment.rules.scheme import micro
from plumbline.assessment.rules.scheme.judgements import JUDGED
from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

SOURCE = "assessment"


@transaction.atomic
def verify_score(
    *, by: Actor, at: datetime, round_id: int, unit_id: int, node: str, points: int, reason: str, basis: int | None
) -> ledger.Fact:
    """Post the points (micro-points) that an assessor chose for an indicator whose rule lets him choose (R3).

    ``basis`` is the fact that the assessor saw as the score in force, None where there was none: who decides on another one
    than is in force by now is told, and nothing is lost. Raises NotPermitted, Refused.
    """
    round_ = _held(by, at, round_id, unit_id, "verified")
    check_leave(PhaseKind.VERIFICATION, round_, at)
    of_team(by, at, round_, unit_id, needs_team=False)  # whoever is tied to the unit does not judge it
    _check(round_, unit_id, node, points, reason)
    before = _unchanged(round_, unit_id, node, basis)
    if before is not None and before.attributes["stage"] == "reviewed":
        raise Refused(_("This score was reviewed: only a review changes it now."))
    return _keep(by, at, round_, unit_id, node, points, reason, "verified", before)


@transaction.atomic
def review_score(
    *, by: Actor, at: datetime, round_id: int, unit_id: int, node: str, points: int, reason: str, basis: int | None
) -> ledger.Fact:
    """Change a verified score by a fact that supersedes it, with a reason. Somebody else than who verified it reviews it.

    ``basis`` as in :func:`verify_score`. Raises NotPermitted, Refused.
    """
    round_ = _held(by, at, round_id, unit_id, "reviewed")
    check_leave(PhaseKind.REVIEW, round_, at)
    of_team(by, at, round_, unit_id, needs_team=False)
    _check(round_, unit_id, node, points, reason)
    before = _unchanged(round_, unit_id, node, basis)
    if before is None:
        raise Refused(_("This score is not verified yet: there is nothing to review."))
    if before.attributes["stage"] == "verified" and before.recorded_by == by.pseudonym:
        raise Refused(_("You verified this score: somebody else must review it."))
    return _keep(by, at, round_, unit_id, node, points, reason, "reviewed", before)


def _held(by: Actor, at: datetime, round_id: int, unit_id: int, stage: str) -> Round:
    """Return the round with its unit held, so that of two judgements the second sees the first.

    Raises NotPermitted; Refused where something ties the actor to the unit, also what they declared themselves.
    """
    check = check_verify if stage == "verified" else check_review
    rows = RoundUnit.objects.select_for_update(of=("self",)).select_related("unit")
    unit = rows.filter(round_id=round_id, unit_id=unit_id).first()
    if unit is None:
        raise NotPermitted("assessment.judge", f"round:{round_id}/unit:{unit_id}")
    round_ = Round.objects.select_related("committee", "scheme_version__scheme").get(pk=round_id)
    check(by, round_.committee.path, unit.unit.path, f"round:{round_id}/unit:{unit_id}")
    ties = [
        one for one in conflicts_of([by.user_id] if by.user_id else [], on=clock.day_of(at)) if one.unit_id == unit_id
    ]
    if ties:
        told = _("Something ties you to {unit}: whoever {why} does not choose its points.")
        raise Refused(told.format(unit=unit.unit, why=why(ties[0])))
    return round_


def _check(round_: Round, unit_id: int, node: str, points: int, reason: str) -> None:
    found = judged_nodes(round_.scheme_version).get(node)
    if found is None:
        raise Refused(_("Nobody chooses the points of this indicator: its rules count facts."), field="node")
    if Inapplicable.objects.filter(round=round_, unit_id=unit_id, node=node).exists():
        raise Refused(_("This indicator does not apply to the unit."), field="node")
    if not rule.within(micro(found.least), micro(found.most), points):
        told = _("The scheme allows 0, or from {least} to {most} points.")
        raise Refused(told.format(least=found.least, most=found.most), field="points")
    if not reason.strip():
        raise Refused(_("Say why so many points: the reason stays beside the score."), field="reason")


def _unchanged(round_: Round, unit_id: int, node: str, basis: int | None) -> ledger.Fact | None:
    """Return the judgement in force. Raises Refused where it is not the one that was looked at."""
    now = current_judgement(round_, unit_id, node)
    if (now.pk if now else None) == basis:
        return now
    if now is None:
        raise Refused(_("The score that you looked at was withdrawn meanwhile. Look again, then decide."))
    points = f"{Decimal(now.quantity).scaleb(-6).normalize():f}"
    told = _("Somebody decided meanwhile: {points} points, because: {reason} Look at it, then decide anew.")
    raise Refused(told.format(points=points, reason=now.attributes["reason"]), field="points")


def _keep(
    by: Actor, at: datetime, round_: Round, unit_id: int, node: str, points: int, reason: str, stage: str,
    before: ledger.Fact | None,
) -> ledger.Fact:  # fmt: skip
    said = {"scheme": round_.scheme_version.scheme.code, "node": node, "stage": stage, "reason": reason.strip()[:500]}
    day = rule.counting_day(round_.from_on, round_.until_on, clock.day_of(at))
    try:
        if before is None:
            fact = ledger.post(
                by=by, at=at, kind=JUDGED, unit_id=unit_id, occurred_on=day, quantity=points, attributes=said,
                source=SOURCE,
            )  # fmt: skip
        else:
            fact = ledger.correct(
                by=by, at=at, fact_id=before.pk, reason=reason.strip()[:500], quantity=points, attributes=said
            )
    except ledger.CorrectionRefused as refused:
        raise Refused(str(refused)) from refused
    except ledger.FactsRefused as refused:
        raise Refused(" ".join(problem.message for problem in ledger.problems_of(refused))) from refused
    if Round.objects.get(pk=round_.pk).state != round_.state:  # a freeze that was committed before this fact
        raise Refused(_("The round was frozen at the same moment: this score would not count."))
    audit.record(
        by=by, at=at, action=f"assessment.{'verify_score' if stage == 'verified' else 'review_score'}",
        subject=f"round:{round_.pk}", old={"fact": before.pk if before else None},
        new={"unit": unit_id, "node": node, "points": points, "fact": fact.pk}, reason=reason.strip()[:500],
    )  # fmt: skip
    return fact
