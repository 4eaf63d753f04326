"""Groups of evaluators: how many were asked, and votes that come in by a workbook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.rounds import round_for_change
from plumbline.assessment.models import EvaluatorGroup, GroupSize, Round, RoundUnit
from plumbline.assessment.permissions import check_run_rounds
from plumbline.assessment.queries.evaluators import may_take_votes
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules import evaluators as rule
from plumbline.assessment.rules import votes_sheet
from plumbline.assessment.rules.evaluators import Change
from plumbline.assessment.rules.phases import counting_day
from plumbline.assessment.rules.rounds import RoundEvent
from plumbline.assessment.rules.votes_sheet import UnitVotes
from plumbline.kernel import audit, clock, sheets
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.numbers import BASIS
from plumbline.ledger import api as ledger

BOX = "box"
PAPER = "voter"


@dataclass(frozen=True, slots=True)
class VotesTaken:
    """What an import did, or with ``check_only`` would do: numbers that are new, corrected, taken back, and known already."""

    units: int
    new: int
    corrected: int
    withdrawn: int
    same: int
    votes: int
    stored: bool


@transaction.atomic
def set_group(
    *, by: Actor, at: datetime, round_id: int, group: str, asked: int | None, least_turnout: int, least_answers: int
) -> None:
    """Say how many of a group are asked about each unit, and below which turnout (basis points) and number it is marked.

    Until the freeze. Sizes of single units come with the workbook of votes. Raises Refused, NotPermitted, WrongState.
    """
    round_ = round_for_change(by, round_id, RoundEvent.FREEZE)
    _group_of(round_, group)
    if not 0 <= least_turnout <= BASIS:
        raise Refused(_("A turnout lies between 0 and 100 %."), field="least_turnout")
    new = {"asked": asked, "least_turnout": least_turnout, "least_answers": least_answers}
    EvaluatorGroup.objects.update_or_create(round=round_, group=group, defaults=new)
    audit.record(by=by, at=at, action="assessment.set_group", subject=f"round:{round_id}", new={"group": group, **new})


def import_votes(
    *, by: Actor, at: datetime, round_id: int, group: str, stream: BinaryIO, name: str, on: date | None = None,
    check_only: bool = False,
) -> VotesTaken:  # fmt: skip
    """Take in the votes of one group from a workbook made for it, as facts of day ``on`` (by default: today, within the period).

    What stands already is known, another number supersedes it, 0 takes it back; an empty cell says nothing. All or nothing.
    Raises NotPermitted, Refused (the round takes no votes now; a group that reads several at once; votes that came in
    otherwise; a day outside the period), and kernel.sheets.SheetError naming every fault by row and column.
    """
    with transaction.atomic():
        round_ = _round(by, round_id)
        found = _group_of(round_, group)
        if not found.is_single:
            raise Refused(
                _("This indicator reads the votes of several groups at once: give each its own indicator first.")
            )
        columns = rank_columns(round_) if found.ranks else found.columns
        units = dict(RoundUnit.objects.filter(round=round_).values_list("unit__code", "unit_id"))
        rows = votes_sheet.read_votes(sheets.read_table(stream, name), columns, units)
        standing = _standing(round_, found)
        day = _day(round_, on, clock.day_of(at))
        changes = {
            key: Change(standing[key][1] if key in standing else 0, after) for key, after in _wanted(rows).items()
        }
        if not check_only:
            facts = {key: fact for key, (fact, _number) in standing.items()}
            try:
                _store(by, at, round_, found, day, changes, facts)
            except (ledger.FactsRefused, ledger.CorrectionRefused) as problem:
                raise Refused(str(problem)) from problem
            _keep_sizes(round_, group, rows)
            _audit(by, at, round_, group, changes)
    return _taken(rows, changes, stored=not check_only)


Key = tuple[int, str]
"""Unit and option."""


def rank_columns(round_: Round) -> tuple[str, ...]:
    """Return the ranks that a sheet asks for: as many as the largest class has units, 100 at most."""
    sizes: dict[str, int] = {}
    for klass in RoundUnit.objects.filter(round=round_).values_list("klass", flat=True):
        sizes[klass] = sizes.get(klass, 0) + 1
    return tuple(str(rank) for rank in range(1, min(max(sizes.values(), default=1), 100) + 1))


def source_of(round_: Round, group: rule.EvaluatorGroup) -> str:
    """Return the source that votes of a round's group carry, so that a later import knows them again."""
    return f"votes:{round_.pk}:{group.code}"


def _round(by: Actor, round_id: int) -> Round:
    """Return the round, locked: two imports at once wait for each other. Raises NotPermitted, Refused."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("committee", "scheme_version")
    round_ = rows.filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted("assessment.run_round", f"round:{round_id}")
    check_run_rounds(by, round_.committee.path, f"round:{round_id}")
    if not may_take_votes(round_):
        told = _("The facts of this round are frozen: votes that come now would not count. Open the round again first.")
        raise Refused(told)
    return round_


def _group_of(round_: Round, code: str) -> rule.EvaluatorGroup:
    found = next((one for one in rule.groups_of(scheme_of(round_.scheme_version)) if one.code == code), None)
    if found is None:
        raise Refused(_("The scheme reads no votes of such a group."), field="group")
    return found


def _day(round_: Round, on: date | None, today: date) -> date:
    day = on or counting_day(round_.from_on, round_.until_on, today)
    if not round_.from_on <= day <= round_.until_on or day > today:
        raise Refused(_("The day of the vote lies within the period of the round, and not in the future."), field="on")
    return day


def _standing(round_: Round, group: rule.EvaluatorGroup) -> dict[Key, tuple[int, int]]:
    """Return the facts that earlier imports left: id and number by unit and option. Raises Refused for votes from elsewhere."""
    rows = ledger.current_facts(None, from_=round_.from_on, until=round_.until_on, kinds=[group.kind])
    rows = rows.filter(unit_id__in=RoundUnit.objects.filter(round=round_).values("unit_id"))
    found: dict[Key, tuple[int, int]] = {}
    other = 0
    for pk, kind, unit_id, attributes, number, source in rows.values_list(
        "pk", "kind", "unit_id", "attributes", "quantity", "source"
    ):
        if not group.takes(kind, attributes):
            continue
        if source != source_of(round_, group):
            other += 1
            continue
        found[(unit_id, str(attributes[group.attribute]))] = (pk, number)
    if other:
        told = _("{n} votes of this group came into the ledger in another way: with this file they would count twice.")
        raise Refused(told.format(n=other))
    return found


def _wanted(rows: Iterable[UnitVotes]) -> dict[Key, int]:
    return {(row.unit_id, option): number for row in rows for option, number in row.numbers.items()}


def _store(
    by: Actor, at: datetime, round_: Round, group: rule.EvaluatorGroup, day: date, changes: Mapping[Key, Change],
    facts: Mapping[Key, int],
) -> None:  # fmt: skip
    reason = _("Votes brought in again")
    drafts = [
        ledger.FactDraft(
            group.kind, unit_id, day, change.after, _attributes(round_, group, option), source=source_of(round_, group)
        )
        for (unit_id, option), change in changes.items() if change.is_new
    ]  # fmt: skip
    if drafts:
        ledger.post_many(by=by, at=at, drafts=drafts)
    for key, change in changes.items():
        if change.is_new or change.is_same:
            continue
        if change.after:
            ledger.correct(by=by, at=at, fact_id=facts[key], reason=reason, quantity=change.after)
        else:
            ledger.withdraw(by=by, at=at, fact_id=facts[key], reason=reason)


def _attributes(round_: Round, group: rule.EvaluatorGroup, option: str) -> dict[str, object]:
    """Return what a vote carries: what the scheme asks of it, its option or rank, and marks that its kind cannot do without."""
    found: dict[str, object] = {name: values[0] for name, values in group.where}
    found[group.attribute] = int(option) if group.ranks else option
    found.setdefault("question", group.code)
    if group.kind == "ballot.row":
        found.setdefault(BOX, f"round-{round_.pk}")
    if group.kind == "ballot.ranking":
        found.setdefault(PAPER, f"rank-{option}")
    return found


def _keep_sizes(round_: Round, group: str, rows: Iterable[UnitVotes]) -> None:
    GroupSize.objects.bulk_create(
        [
            GroupSize(round=round_, group=group, unit_id=row.unit_id, asked=row.asked)
            for row in rows if row.asked is not None
        ],
        update_conflicts=True, unique_fields=["round", "group", "unit"], update_fields=["asked"], batch_size=1_000,
    )  # fmt: skip


def _audit(by: Actor, at: datetime, round_: Round, group: str, changes: Mapping[Key, Change]) -> None:
    done = sum(not one.is_same for one in changes.values())
    audit.record(
        by=by, at=at, action="assessment.import_votes", subject=f"round:{round_.pk}",
        new={"group": group, "numbers": len(changes), "changed": done},
    )  # fmt: skip


def _taken(rows: tuple[UnitVotes, ...], changes: Mapping[Key, Change], *, stored: bool) -> VotesTaken:
    listed = list(changes.values())
    return VotesTaken(
        units=len(rows), new=sum(one.is_new for one in listed),
        corrected=sum(not one.is_new and not one.is_same and one.after > 0 for one in listed),
        withdrawn=sum(one.before > 0 and one.after == 0 for one in listed), same=sum(one.is_same for one in listed),
        votes=sum(one.after for one in listed), stored=stored,
    )  # fmt: skip
