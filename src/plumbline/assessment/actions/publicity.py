"""Making a result public, calculating a published one anew, and closing the round for ever."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.assessment.actions.freezing import freeze
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.rounds import round_for_change
from plumbline.assessment.models import Amendment, Notice, Objection, Round, Run, Snapshot
from plumbline.assessment.rules import publicity as rule
from plumbline.assessment.rules.publicity import ANSWER_DAYS, PUBLIC_DAYS, Obstacle
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, next_state
from plumbline.kernel import audit, calendar, clock
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger


def publish_round(
    *, by: Actor, at: datetime, round_id: int, days: int = PUBLIC_DAYS, answer_days: int = ANSWER_DAYS, words: str = ""
) -> Notice:
    """Make the run in force public for ``days`` working days, in which the units may object, and return the notice.

    Raises NotPermitted, WrongState (not scored; published already), Refused (a number of days that cannot be).
    """
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.PUBLISH)
        for field, value in (("days", days), ("answer_days", answer_days)):
            if not 1 <= value <= rule.MOST_DAYS:
                raise Refused(_("Give 1 to {most} working days.").format(most=rule.MOST_DAYS), field=field)
        run = Run.objects.get(pk=round_.run_id or 0)  # a scored round has one: the table's constraint says so
        number = (Notice.objects.filter(round=round_).aggregate(last=Max("number"))["last"] or 0) + 1
        notice = Notice.objects.create(
            round=round_, number=number, run=run, days=days, answer_days=answer_days, words=words.strip(),
            until_on=rule.last_day(clock.day_of(at), days, calendar.load().add), published_at=at,
            published_by=by.pseudonym,
        )  # fmt: skip
        _go(round_, RoundEvent.PUBLISH)
        _tell_the_log(at, "assessment.notice", round_, notice)
        audit.record(
            by=by, at=at, action="assessment.publish", subject=f"round:{round_id}",
            new={"notice": number, "until": str(notice.until_on), "result_hash": run.result_hash},
        )  # fmt: skip
    return notice


def amend_round(*, by: Actor, at: datetime, round_id: int, reason: str) -> Snapshot:
    """Freeze a published round anew, with what has been corrected since, and return the snapshot; then it is scored again.

    For an objection that was upheld, and for what became known after publication (a veto recorded late). The earlier
    notice, run and snapshot stay as they are. Raises Refused without a reason, NotPermitted, WrongState, and what
    freezing raises.
    """
    if not reason.strip():
        raise Refused(_("Say why the published result is calculated anew."), field="reason")
    snapshot = freeze(by=by, at=at, round_id=round_id, event=RoundEvent.AMEND)
    with transaction.atomic():
        notice = Notice.objects.filter(round_id=round_id).latest("number")
        Amendment.objects.create(notice=notice, reason=reason.strip()[:500], at=at, by=by.pseudonym)
        audit.record(
            by=by, at=at, action="assessment.amend", subject=f"round:{round_id}",
            new={"notice": notice.number, "snapshot": snapshot.number}, reason=reason.strip(),
        )  # fmt: skip
    return snapshot


def conclude_round(*, by: Actor, at: datetime, round_id: int) -> Round:
    """Make the published result final. From then on the database itself refuses every change of the round.

    Raises Refused while the notice runs, an objection waits, or one that was upheld has not led to a new result;
    NotPermitted, WrongState.
    """
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.CONCLUDE)
        notice = Notice.objects.filter(round=round_).latest("number")
        _check_concludable(notice, at)
        audit.record(
            by=by, at=at, action="assessment.conclude", subject=f"round:{round_id}",
            new={"notice": notice.number, "result_hash": notice.run.result_hash},
        )  # fmt: skip
        _tell_the_log(at, "assessment.final", round_, notice)
        _go(round_, RoundEvent.CONCLUDE)
    return round_


def _check_concludable(notice: Notice, at: datetime) -> None:
    raised = Objection.objects.filter(notice__round_id=notice.round_id)
    unanswered = raised.filter(answer=None).count()
    upheld = raised.filter(notice=notice, answer__outcome__in=rule.CHANGING).count()
    found = rule.obstacle(until_on=notice.until_on, today=clock.day_of(at), unanswered=unanswered, upheld_since=upheld)
    if found is Obstacle.OPEN:
        told = ngettext(
            "{count} objection waits for its answer. Answer it first.",
            "{count} objections wait for their answers. Answer them first.",
            unanswered,
        )
        raise Refused(told.format(count=unanswered))
    if found is Obstacle.UNCHANGED:
        raise Refused(_("An objection was upheld against this result: calculate it anew and publish it first."))
    if found is Obstacle.TIME:
        day = date_format(notice.until_on, "DATE_FORMAT")
        raise Refused(_("The units may object until {day}, that day included.").format(day=day))


def _go(round_: Round, event: RoundEvent) -> None:
    round_.state = next_state(RoundState(round_.state), event).value
    round_.save(update_fields=["state"])


def _tell_the_log(at: datetime, kind: str, round_: Round, notice: Notice) -> None:
    """Put what was published into the outbox: hashes and days, nothing about persons."""
    snapshot = notice.run.snapshot
    ledger.publish(
        at=at, kind=kind, subject=f"round:{round_.pk}",
        document={
            "round": round_.title, "notice": notice.number, "until": str(notice.until_on),
            "manifest_hash": snapshot.manifest_hash, "scheme_hash": round_.scheme_version.document_hash,
            "result_hash": notice.run.result_hash,
        },
    )  # fmt: skip
