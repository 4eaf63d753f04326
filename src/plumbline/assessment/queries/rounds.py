"""Which rounds somebody may read, and what one of them looks like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from plumbline.assessment import permissions
from plumbline.assessment.models import Inapplicable, Notice, Round, RoundUnit, Run
from plumbline.assessment.permissions import ALL_READERS, STAFF
from plumbline.assessment.queries.scope import looked_at
from plumbline.assessment.queries.trees import scheme_title, tree_of
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, may
from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.ledger import api as ledger


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A line of the list of rounds."""

    id: int
    title: str
    scheme: str
    committee: str
    from_on: date
    until_on: date
    state: RoundState
    state_text: str
    units: int


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class of a round and how many units it holds."""

    klass: str
    units: int


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Everything that the page of a round shows beside its results."""

    round: Round
    classes: tuple[ClassCount, ...]
    exemptions: tuple[Inapplicable, ...]
    runs: tuple[Run, ...]
    late: int
    whole: bool
    can: frozenset[str]

    @property
    def scheme_title(self) -> str:
        """The title of the scheme in the language of the moment."""
        return scheme_title(self.round.scheme_version)

    @property
    def run_id(self) -> int | None:
        """The run in force, None before the first one."""
        return self.round.run_id

    @property
    def units(self) -> int:
        """How many units are assessed."""
        return sum(entry.units for entry in self.classes)


def under(field: str, paths: Sequence[str]) -> Q:
    """Return the condition that ``field`` begins with one of ``paths``; false for none."""
    condition = Q(pk__in=())
    for path in narrowest(paths):
        if path == "/":
            return ~Q(pk__in=())  # all of them: an empty Q would vanish from "either this or that"
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def own_units(actor: Actor) -> Q:
    """Return the condition that ``unit`` is one's own: below one's roles; for members their organisation, nothing below."""
    return under("unit__path", actor.paths_for(*STAFF)) | Q(unit__path__in=actor.paths_for("member"))


def readable_rounds(actor: Actor) -> QuerySet[Round]:
    """Return the rounds that the actor may read: whole, or, once they have left their preparation, for own units.

    What units read of them says ``as_seen``: nothing of a result before it is published.
    """
    begun = ~Q(state=RoundState.DRAFT.value) | Q(Exists(_notices()))
    return Round.objects.filter(_whole(actor) | Q(Exists(_own(actor))) & begun)


def rounds_with_results(actor: Actor) -> QuerySet[Round]:
    """Return the rounds of which the actor may read results: whole once they are scored, for own units once published."""
    told = Q(Exists(_own(actor))) & Q(Exists(_notices()))
    return Round.objects.filter(_whole(actor) & Q(run__isnull=False) | told)


def published_run() -> Subquery:
    """Return the run that was published last, for annotating rounds; None before the first notice."""
    return Subquery(_notices().order_by("-number").values("run_id")[:1])


def as_seen(actor: Actor, round_: Round) -> Round:
    """Return the round with the run that this reader may know, never to be saved.

    Committee staff, assessors and auditors know the run in force; units know the one published last, also while an amended
    one is being calculated, and none before the first notice. One SQL statement for units.
    """
    if permissions.can_read_whole(actor, round_.committee.path):
        return round_
    newest = Notice.objects.filter(round=round_).order_by("-number").select_related("run__snapshot").first()
    if newest is None:
        round_.run = round_.snapshot = None
    elif newest.run_id != round_.run_id:
        round_.run, round_.snapshot = newest.run, newest.run.snapshot
    return round_


def _whole(actor: Actor) -> Q:
    return under("committee__path", actor.paths_for(*ALL_READERS))


def _own(actor: Actor) -> QuerySet[RoundUnit]:
    return RoundUnit.objects.filter(own_units(actor), round=OuterRef("pk"))


def _notices() -> QuerySet[Notice]:
    return Notice.objects.filter(round=OuterRef("pk"))


def round_list(actor: Actor) -> list[RoundRow]:
    """Return the rounds that the actor may read, the newest first; one SQL statement."""
    rows = readable_rounds(actor).select_related("scheme_version", "committee")
    counted = rows.annotate(unit_count=Count("round_units"))
    return [
        RoundRow(
            id=row.pk, title=row.title, scheme=scheme_title(row.scheme_version), committee=str(row.committee),
            from_on=row.from_on, until_on=row.until_on, state=RoundState(row.state),
            state_text=str(row.get_state_display()), units=row.unit_count,
        )
        for row in counted
    ]  # fmt: skip


def round_for(actor: Actor, round_id: int) -> Round:
    """Return the round with its scheme and committee, and the snapshot and run that the actor may know (``as_seen``).

    Raises NotPermitted, also where there is no such round.
    """
    found = (
        readable_rounds(actor)
        .select_related("scheme_version__scheme", "committee", "snapshot", "run__snapshot")
        .filter(pk=round_id)
        .first()
    )
    if found is None:
        raise NotPermitted("assessment.read_round", f"round:{round_id}")
    return as_seen(actor, found)


def round_page(actor: Actor, round_id: int) -> RoundPage:
    """Return the page of a round; at most six SQL statements. Raises NotPermitted."""
    found = round_for(actor, round_id)
    whole = permissions.can_read_whole(actor, found.committee.path)
    runs_round = permissions.can_run_rounds(actor, found.committee.path)
    events = [event for event in RoundEvent if runs_round and may(RoundState(found.state), event)]
    exemptions = Inapplicable.objects.filter(round=found).select_related("unit") if whole else ()
    return RoundPage(
        round=found,
        classes=class_counts(found) if whole else (),
        exemptions=tuple(exemptions),
        runs=tuple(Run.objects.filter(snapshot__round=found).select_related("snapshot")[:20]) if whole else (),
        late=late_facts(actor, found).count() if whole and found.snapshot else 0,
        whole=whole,
        can=frozenset(event.value for event in events),
    )


def class_counts(round_: Round) -> tuple[ClassCount, ...]:
    """Return the classes of a round with their sizes; one SQL statement."""
    rows = RoundUnit.objects.filter(round=round_).values_list("klass").annotate(units=Count("pk")).order_by("klass")
    return tuple(ClassCount(klass, units) for klass, units in rows)


def late_facts(actor: Actor, round_: Round) -> QuerySet[Any]:
    """Return the facts of the period and the units that came after the freeze, corrections included."""
    if round_.snapshot is None:
        return ledger.visible_facts(actor).none()
    late = Q(pk__gt=round_.snapshot.manifest["watermark"]) | Q(pk__in=round_.snapshot.manifest["overtaken"])
    found = ledger.visible_facts(actor).filter(late, occurred_on__range=(round_.from_on, round_.until_on))
    return looked_at(round_, found)


_WAITING = (RoundState.DRAFT.value, RoundState.OPEN.value, RoundState.FROZEN.value)


def rounds_waiting(actor: Actor, at: datetime) -> list[Round]:
    """Return the rounds that wait for an administrator: to be opened, frozen or scored; one SQL statement."""
    paths = actor.paths_for("administrator")
    if not paths:
        return []
    waiting = Round.objects.filter(under("committee__path", paths), state__in=_WAITING, created_at__lte=at)
    return list(waiting[:20])


def round_for_administrator(actor: Actor, round_id: int) -> Round:
    """Return a round that the actor runs; raises NotPermitted."""
    found = round_for(actor, round_id)
    permissions.check_run_rounds(actor, found.committee.path, f"round:{round_id}")
    return found


def exemptions(round_: Round) -> list[Inapplicable]:
    """Return what does not apply to whom, with the units; one SQL statement."""
    return list(Inapplicable.objects.filter(round=round_).select_related("unit"))


def exemption_choices(round_: Round) -> dict[str, list[tuple[Any, str]]]:
    """Return the units and the indicators of a round as choices of a form; one SQL statement."""
    units = RoundUnit.objects.filter(round=round_).order_by("unit__code").values_list("unit_id", "unit__name")
    return {"units": list(units), "nodes": nodes_of(round_)}


def nodes_of(round_: Round) -> list[tuple[str, str]]:
    """Return the indicators of a round as choices of a form: code, and code with title."""
    return [(text.code, f"{text.code} {text.title}") for text in tree_of(round_.scheme_version)]


def late_page(actor: Actor, round_id: int, *, page: int) -> tuple[Round, Page[Any]]:
    """Return one page of the facts that came after the freeze; at most four SQL statements. Raises NotPermitted."""
    found = round_for(actor, round_id)
    permissions.check_read_whole(actor, found.committee.path, f"round:{round_id}")
    return found, Paginator(late_facts(actor, found).select_related("unit").order_by("-id"), 50).get_page(page)


def round_of_run(run_id: int) -> int:
    """Return the round that a run belongs to; raises Run.DoesNotExist."""
    return Run.objects.values_list("snapshot__round_id", flat=True).get(pk=run_id)


def may_read_job(by: Actor, scope: str) -> bool:
    """Let whoever reads the whole round follow its calculation; ``scope`` is ``round:17``. One SQL statement."""
    number = scope.partition(":")[2]
    path = (
        Round.objects.filter(pk=number).values_list("committee__path", flat=True).first()
        if number.isdecimal()
        else None
    )
    return path is not None and permissions.can_read_whole(by, path)
