"""What stands on public notice, what was objected to it and answered, and what moved between two results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumbline.assessment import permissions
from plumbline.assessment.models import CompositeScore, NodeScore, Notice, Objection, Round, RoundUnit
from plumbline.assessment.permissions import SPEAKERS
from plumbline.assessment.queries.judging import judges_of, late_facts_of
from plumbline.assessment.queries.results import unit_names
from plumbline.assessment.queries.rounds import own_units, round_for, under
from plumbline.assessment.queries.trees import scheme_of, tree_of
from plumbline.assessment.rules import publicity as rule
from plumbline.assessment.rules.explain import grade_words
from plumbline.assessment.rules.publicity import Move, Standing
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel import calendar, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.todo import Todo
from plumbline.ledger import api as ledger


@dataclass(frozen=True, slots=True)
class MovedNode:
    """An indicator whose points changed, in micro-points."""

    code: str
    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class MovedUnit:
    """One line of the table of what moved."""

    unit_id: int
    name: str
    move: Move
    grade_before: str
    grade_after: str
    nodes: tuple[MovedNode, ...]


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection in a list, with the light of its answer."""

    objection: Objection
    title: str
    outcome: str
    light: str


@dataclass(frozen=True, slots=True)
class Publicity:
    """The page of a round's notices; ``days_left`` are the working days after today, 0 on the last one."""

    round: Round
    notices: tuple[Notice, ...]
    is_public: bool
    days_left: int
    may_run: bool
    whole: bool
    objections: tuple[ObjectionRow, ...]
    speaks_for: tuple[RoundUnit, ...]
    moved: tuple[MovedUnit, ...]

    @property
    def current(self) -> Notice | None:
        """The newest notice."""
        return self.notices[0] if self.notices else None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """The page of one objection; ``late_facts`` are what its answer may name."""

    objection: Objection
    title: str
    files: tuple[evidence.Evidence, ...]
    light: str
    may_answer: bool
    is_judge: bool
    may_withdraw: bool
    late_facts: tuple[ledger.Fact, ...]


def notices_of(round_: Round) -> QuerySet[Notice]:
    """Return the notices of a round, the newest first, with their runs and amendments."""
    return Notice.objects.filter(round=round_).select_related("run__snapshot", "amendment").order_by("-number")


def publicity(actor: Actor, round_id: int) -> Publicity:
    """Return the notices of a round with what was objected and what moved; at most sixteen SQL statements.

    Those who read the whole round see every objection, the units their own. Raises NotPermitted.
    """
    round_ = round_for(actor, round_id)
    whole = permissions.can_read_whole(actor, round_.committee.path)
    notices = tuple(notices_of(round_))
    today, known = clock.today(), calendar.load()
    public = round_.state == RoundState.PUBLIC
    left = known.between(today, notices[0].until_on) if public and today < notices[0].until_on else 0
    return Publicity(
        round=round_, notices=notices, is_public=public and today <= notices[0].until_on, days_left=left,
        may_run=permissions.can_run_rounds(actor, round_.committee.path), whole=whole,
        objections=_rows(readable_objections(actor).filter(notice__round=round_), today, known.add),
        speaks_for=_speaks_for(actor, round_) if public else (),
        moved=what_moved(round_) if whole or round_.open_table else (),
    )  # fmt: skip


def readable_objections(actor: Actor) -> QuerySet[Objection]:
    """Return the objections that the actor may read: of rounds read whole, and of own units."""
    whole = under("notice__round__committee__path", actor.paths_for(*permissions.ALL_READERS))
    own = own_units(actor)
    found = Objection.objects.filter(whole | own).select_related("answer", "unit", "notice__round__scheme_version")
    return found.order_by("-id")


def _rows(found: Iterable[Objection], today: date, add: rule.AddDays) -> tuple[ObjectionRow, ...]:
    return tuple(ObjectionRow(one, _title(one), _outcome(one), _light(one, today, add)) for one in found)


def _title(objection: Objection) -> str:
    nodes = {text.code: text.title for text in tree_of(objection.notice.round.scheme_version)}
    return f"{objection.node} {nodes.get(objection.node, '')}".strip() if objection.node else _("the result as a whole")


def _outcome(objection: Objection) -> str:
    answer = getattr(objection, "answer", None)
    return str(answer.get_outcome_display()) if answer else _("waits for its answer")


def _light(objection: Objection, today: date, add: rule.AddDays) -> str:
    if getattr(objection, "answer", None):
        return "grey"
    return rule.answer_light(objection.due_on, today=today, add=add)


def _speaks_for(actor: Actor, round_: Round) -> tuple[RoundUnit, ...]:
    """Return the units for which the actor may object; whoever administers the round speaks for none by that alone."""
    narrow = [path for path in actor.paths_for("administrator") if path != round_.committee.path]
    own = [path for path in (*actor.paths_for(*SPEAKERS), *narrow) if path.startswith(round_.committee.path)]
    rows = RoundUnit.objects.filter(under("unit__path", own), round=round_).select_related("unit")
    return tuple(rows.order_by("unit__code")[:50])


def objection_view(actor: Actor, objection_id: int) -> ObjectionView:
    """Return one objection with what can be done with it; at most twelve SQL statements. Raises NotPermitted."""
    found = readable_objections(actor).select_related("notice__round__committee", "notice__run__snapshot")
    objection = found.filter(pk=objection_id).first()
    if objection is None:
        raise NotPermitted("assessment.read_objection", f"objection:{objection_id}")
    waits = getattr(objection, "answer", None) is None
    path = objection.notice.round.committee.path
    answers = waits and permissions.can_answer_objections(actor, path, objection.unit.path)
    judges = {objection.raised_by, *judges_of(objection)} if answers else frozenset()
    return ObjectionView(
        objection=objection, title=_title(objection), files=tuple(evidence.describe(objection.evidence)),
        light=_light(objection, clock.today(), calendar.load().add), may_answer=answers,
        is_judge=answers and not rule.may_answer(actor.pseudonym, judges),
        may_withdraw=waits and permissions.can_withdraw(actor, objection.raised_by, objection.unit.path),
        late_facts=tuple(late_facts_of(objection)) if answers else (),
    )  # fmt: skip


def may_read_objection_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``objection:17:4``: round and unit."""
    round_id, _colon, unit_id = scope.partition(":")[2].partition(":")
    if not (round_id.isdecimal() and unit_id.isdecimal()):
        return False
    return readable_objections(actor).filter(notice__round_id=int(round_id), unit_id=int(unit_id)).exists()


def what_moved(round_: Round) -> tuple[MovedUnit, ...]:
    """Return what changed from the last published result but one to the newest; before a second one nothing moved.

    While an amended result is scored but not yet published it is compared with the published one. Seven SQL statements.
    """
    runs = list(notices_of(round_).values_list("run_id", flat=True)[:2])
    if round_.run_id and runs and round_.run_id != runs[0]:
        runs = [round_.run_id, runs[0]]
    if len(runs) < 2:
        return ()
    new, old = _standings(runs[0]), _standings(runs[1])
    return _named(round_, rule.moves(old, new))


def _standings(run_id: int) -> dict[int, Standing]:
    leaves: dict[int, dict[str, int]] = {}
    for unit_id, node, applied in NodeScore.objects.filter(run_id=run_id).values_list("unit_id", "node", "applied"):
        leaves.setdefault(unit_id, {})[node] = applied or 0
    rows = CompositeScore.objects.filter(run_id=run_id).values_list("unit_id", "score", "rank", "grade")
    return {unit_id: Standing(score, rank, grade, leaves.get(unit_id, {})) for unit_id, score, rank, grade in rows}


def _named(round_: Round, moves: tuple[Move, ...]) -> tuple[MovedUnit, ...]:
    names = unit_names([move.unit_id for move in moves])
    scheme, titles = (
        scheme_of(round_.scheme_version),
        {text.code: text.title for text in tree_of(round_.scheme_version)},
    )
    return tuple(
        MovedUnit(
            move.unit_id, names.get(move.unit_id, ("", ""))[1], move,
            grade_words(scheme, move.before.grade) if move.before else "",
            grade_words(scheme, move.after.grade) if move.after else "",
            tuple(MovedNode(code, titles.get(code, code), before, after) for code, before, after in move.nodes),
        )
        for move in moves
    )  # fmt: skip


def publicity_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits after scoring: results to publish, objections to answer, rounds to close, notices to read."""
    today = clock.day_of(at)
    return [*_to_publish(actor), *_to_answer(actor), *_to_close(actor, today), *_to_read(actor, today)]


def _to_publish(actor: Actor) -> list[Todo]:
    mine = under("committee__path", actor.paths_for("administrator"))
    found = Round.objects.filter(mine, state=RoundState.SCORED.value).order_by("pk")[:20]
    title = _("Look over the results of “{title}” and publish them")
    return [Todo(title.format(title=one.title), f"/rounds/{one.pk}/publicity/", kind=_("round")) for one in found]


def _to_answer(actor: Actor) -> list[Todo]:
    mine = under("notice__round__committee__path", actor.paths_for("administrator", "assessor"))
    found = Objection.objects.filter(mine, answer=None).select_related("unit").order_by("due_on", "pk")[:20]
    title = _("Answer the objection of {unit}")
    return [
        Todo(title.format(unit=one.unit), f"/objections/{one.pk}/", one.due_on, _("objection"), urgent=True)
        for one in found
    ]


def _to_close(actor: Actor, today: date) -> list[Todo]:
    mine = under("round__committee__path", actor.paths_for("administrator"))
    found = Notice.objects.filter(mine, round__state=RoundState.PUBLIC.value, until_on__lt=today).select_related(
        "round"
    )
    newest = {one.round_id: one for one in found.order_by("number")}
    title = _("The time for objections to “{title}” is over: close the round")
    return [
        Todo(title.format(title=one.round.title), f"/rounds/{one.round_id}/publicity/", kind=_("round"))
        for one in newest.values()
    ]


def _to_read(actor: Actor, today: date) -> list[Todo]:
    paths = actor.paths_for(*SPEAKERS)
    if not paths:
        return []
    units = RoundUnit.objects.filter(under("unit__path", paths)).values("round_id")
    found = Notice.objects.filter(round__in=units, round__state=RoundState.PUBLIC.value, until_on__gte=today)
    title = _("The results of “{title}” are on public notice: read yours; you may object")
    return [
        Todo(title.format(title=one.round.title), f"/rounds/{one.round_id}/publicity/", one.until_on, _("notice"))
        for one in found.select_related("round")[:20]
    ]
