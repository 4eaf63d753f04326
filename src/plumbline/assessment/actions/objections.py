"""Objections to a published result: raised by the unit in time, answered with reasons by somebody who did not judge it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import Notice, Objection, ObjectionAnswer, Round, RoundUnit
from plumbline.assessment.permissions import can_run_rounds, check_answer_objections, check_object, check_withdraw
from plumbline.assessment.queries.conflicts import tied_units
from plumbline.assessment.queries.judging import judges_of, late_facts_of
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules import publicity as rule
from plumbline.assessment.rules.publicity import Outcome
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel import audit, calendar, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

MOST_FILES = 12


def raise_objection(
    *,
    by: Actor,
    at: datetime,
    round_id: int,
    unit_id: int,
    node: str,
    words: str,
    uploads: Sequence[ledger.Upload] = (),
    late_reason: str = "",
) -> Objection:
    """Object for a unit to its published result, at one indicator or ("") as a whole, and return the objection.

    After the last day only the committee can take it, with a reason. Raises NotPermitted, Refused (not public, too late,
    no words, no such indicator), EvidenceRefused.
    """
    with transaction.atomic():
        round_, unit = _unit_of(round_id, unit_id)
        check_object(by, unit.unit.path, f"round:{round_id}/unit:{unit_id}")
        notice = _open_notice(by, at, round_, late_reason)
        _check_said(round_, node, words, len(uploads))
        scope = f"objection:{round_id}:{unit_id}"
        kept = [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads]
        due_on = calendar.load().add(clock.day_of(at), notice.answer_days)
        objection = Objection.objects.create(
            notice=notice, unit_id=unit_id, node=node, words=words.strip(), evidence=kept, due_on=due_on, raised_at=at,
            late_reason=late_reason.strip()[:500] if _is_over(notice, at) else "", raised_by=by.pseudonym,
        )  # fmt: skip
        audit.record(
            by=by, at=at, action="assessment.raise_objection", subject=f"round:{round_id}",
            new={"objection": objection.pk, "unit": unit_id, "node": node, "files": len(kept)},
            reason=objection.late_reason,
        )  # fmt: skip
    return objection


def answer_objection(
    *, by: Actor, at: datetime, objection_id: int, outcome: Outcome, words: str, facts: Sequence[int] = ()
) -> ObjectionAnswer:
    """Answer an objection with reasons; ``facts`` are those of the unit that were corrected or filed since the freeze.

    Raises NotPermitted (no role over the committee, or one in the unit), Refused (the person judged what is objected to,
    raised it, or is tied to the unit; no reasons; answered already; a fact that is not of this unit or was frozen as it stands).
    """
    with transaction.atomic():
        objection = _open_objection(objection_id)
        round_ = objection.notice.round
        subject = f"round:{round_.pk}/objection:{objection_id}"
        check_answer_objections(by, round_.committee.path, objection.unit.path, subject)
        if outcome is Outcome.WITHDRAWN:
            raise Refused(_("Only the unit itself withdraws its objection."), field="outcome")
        if not rule.may_answer(by.pseudonym, {objection.raised_by, *judges_of(objection)}):
            raise Refused(_("You judged what this objection is about, or raised it: somebody else must answer it."))
        if objection.unit_id in tied_units(by, clock.day_of(at)):
            raise Refused(_("Something ties you to whom this objection is about: somebody else must answer it."))
        known = {fact.pk for fact in late_facts_of(objection)}
        if not set(facts) <= known:
            raise Refused(
                _("Name only facts of this unit that were corrected or filed after the freeze."), field="facts"
            )
        return _answer(by, at, objection, outcome, words, facts)


def withdraw_objection(*, by: Actor, at: datetime, objection_id: int, words: str) -> ObjectionAnswer:
    """Withdraw an objection that waits, for the unit that raised it. Raises NotPermitted, Refused."""
    with transaction.atomic():
        objection = _open_objection(objection_id)
        subject = f"round:{objection.notice.round_id}/objection:{objection_id}"
        check_withdraw(by, objection.raised_by, objection.unit.path, subject)
        return _answer(by, at, objection, Outcome.WITHDRAWN, words, ())


def _answer(
    by: Actor, at: datetime, objection: Objection, outcome: Outcome, words: str, facts: Sequence[int]
) -> ObjectionAnswer:
    if not words.strip():
        raise Refused(_("Give the reasons."), field="words")
    answer = ObjectionAnswer.objects.create(
        objection=objection,
        outcome=outcome.value,
        words=words.strip(),
        facts=sorted(set(facts)),
        at=at,
        by=by.pseudonym,
    )
    audit.record(
        by=by, at=at, action="assessment.answer_objection", subject=f"round:{objection.notice.round_id}",
        new={"objection": objection.pk, "outcome": outcome.value, "facts": answer.facts},
    )  # fmt: skip
    return answer


def _unit_of(round_id: int, unit_id: int) -> tuple[Round, RoundUnit]:
    """Return the round, held so that it is not closed meanwhile, and the unit in it. Raises NotPermitted, also for none."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("committee").filter(pk=round_id).first()
    unit = RoundUnit.objects.select_related("unit").filter(round_id=round_id, unit_id=unit_id).first()
    if round_ is None or unit is None:
        raise NotPermitted("assessment.raise_objection", f"round:{round_id}/unit:{unit_id}")
    return round_, unit


def _open_notice(by: Actor, at: datetime, round_: Round, late_reason: str) -> Notice:
    notice = Notice.objects.filter(round=round_).order_by("-number").first()
    if notice is None or round_.state != RoundState.PUBLIC:
        raise Refused(_("The result is not on public notice, so there is nothing to object to."))
    if _is_over(notice, at) and not (late_reason.strip() and can_run_rounds(by, round_.committee.path)):
        day = date_format(notice.until_on, "DATE_FORMAT")
        told = _("The time for objections ended on {day}. Ask the committee: it can take one later, with a reason.")
        raise Refused(told.format(day=day))
    return notice


def _is_over(notice: Notice, at: datetime) -> bool:
    return clock.day_of(at) > notice.until_on


def _check_said(round_: Round, node: str, words: str, files: int) -> None:
    if not words.strip():
        raise Refused(_("Say what is wrong, and why."), field="words")
    if node and node not in {one.code for one, _parent, _depth in scheme_of(round_.scheme_version).walk()}:
        raise Refused(_("The scheme has no indicator {node}.").format(node=node), field="node")
    if files > MOST_FILES:
        raise Refused(_("At most {count} files go with an objection.").format(count=MOST_FILES), field="files")


def _open_objection(objection_id: int) -> Objection:
    """Return an objection that waits, locked with its round. Raises NotPermitted for none, Refused where it is answered."""
    found = Objection.objects.select_related("notice__round__committee", "unit").filter(pk=objection_id).first()
    if found is None:
        raise NotPermitted("assessment.answer_objection", f"objection:{objection_id}")
    Round.objects.select_for_update().get(pk=found.notice.round_id)
    if ObjectionAnswer.objects.filter(objection=found).exists():
        raise Refused(_("This objection has been answered already."))
    return found
