"""The rectification lists as people read them: every item with its cause in words, its light, and what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from plumbline.assessment import permissions
from plumbline.assessment.models import (
    CountedFact,
    GradeStep,
    Notice,
    RectificationItem,
    Round,
    RoundUnit,
    RuleHit,
)
from plumbline.assessment.models.next_year import ITEM_STATES
from plumbline.assessment.permissions import ALL_READERS, UNIT_READERS
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.queries.trees import RuleText, scheme_of, tree_of
from plumbline.assessment.rules.explain import Hit, hit_words, step_words
from plumbline.assessment.rules.rectification import TRANSITIONS, ItemEvent, ItemState, is_late, item_light
from plumbline.kernel import calendar, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation

PAGE = 50
MOST_LINKED = 20


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list: what was asked for, what was found, how many facts say so, and its light."""

    item: RectificationItem
    title: str
    asked: str
    found: str
    facts: int
    light: str
    late: bool


@dataclass(frozen=True, slots=True)
class RectificationPage:
    """The list of a round, as far as the actor reads it. ``counts`` are (state, words, items); ``lost`` micro-points."""

    round: Round
    whole: bool
    may_run: bool
    counts: tuple[tuple[str, str, int], ...]
    late: int
    units: tuple[tuple[int, str], ...]
    page: Page[Any]
    lost: int

    @property
    def total(self) -> int:
        """How many items there are in all states."""
        return sum(count for _code, _told, count in self.counts)


@dataclass(frozen=True, slots=True)
class ItemView:
    """The page of one item; ``can`` names what may happen to it now, by this actor."""

    row: ItemRow
    linked: tuple[ledger.Fact, ...]
    files: tuple[evidence.Evidence, ...]
    people: tuple[organisation.PersonRef, ...]
    can: frozenset[str]
    carried_to: RectificationItem | None

    @property
    def item(self) -> RectificationItem:
        """The item itself."""
        return self.row.item


def readable_items(actor: Actor) -> QuerySet[RectificationItem]:
    """Return the items that the actor may read: of rounds read whole; of own units and own ones once confirmed and published."""
    whole = under("round__committee__path", actor.paths_for(*ALL_READERS))
    shown = ~Q(state__in=[ItemState.DRAWN.value, ItemState.DISMISSED.value])
    shown &= Q(Exists(Notice.objects.filter(round=OuterRef("round_id"))))  # nothing of a result before it is published
    own = under("unit__path", actor.paths_for(*UNIT_READERS)) & shown
    mine = Q(owner_id=actor.user_id) & shown if actor.user_id is not None else Q(pk__in=())
    return RectificationItem.objects.filter(whole | own | mine)


def rectification_page(
    actor: Actor, round_id: int, *, state: str = "", unit_id: int | None = None, page: int = 1
) -> RectificationPage:
    """Return one page of the list of a round; at most twelve SQL statements.

    ``state`` is one of the states or ``late``. Raises NotPermitted where the actor reads neither the round nor a unit of it.
    """
    round_ = _round_for(actor, round_id)
    items = readable_items(actor).filter(round=round_)
    today = clock.today()
    late = Q(state=ItemState.OPEN.value, due_on__lt=today)
    counted = dict(items.order_by().values_list("state").annotate(n=Count("pk")))
    chosen = items.filter(unit_id=unit_id) if unit_id else items
    if state:
        chosen = chosen.filter(late if state == "late" else Q(state=state))
    rows = chosen.select_related("unit", "owner", "round__scheme_version").order_by("unit__code", "pk")
    found = Paginator(rows, PAGE).get_page(page)
    found.object_list = item_rows(found.object_list, today)  # type: ignore[assignment]
    return RectificationPage(
        round=round_, whole=permissions.can_read_whole(actor, round_.committee.path),
        may_run=permissions.can_run_rounds(actor, round_.committee.path),
        counts=tuple((code, str(words), counted.get(code, 0)) for code, words in ITEM_STATES),
        late=items.filter(late).count(), units=_units(items), page=found,
        lost=chosen.order_by().aggregate(lost=Sum("lost"))["lost"] or 0,
    )  # fmt: skip


def _units(items: QuerySet[RectificationItem]) -> tuple[tuple[int, str], ...]:
    rows = items.order_by("unit__code").values_list("unit_id", "unit__name", "unit__code").distinct()
    return tuple((unit_id, name) for unit_id, name, _unit_code in rows)


def rectification_rows(actor: Actor, round_id: int) -> tuple[Round, list[ItemRow]]:
    """Return the whole list of a round for a file, by unit; at most eight SQL statements. Raises NotPermitted."""
    round_ = _round_for(actor, round_id)
    items = readable_items(actor).filter(round=round_).select_related("unit", "owner", "round__scheme_version")
    return round_, item_rows(items.order_by("unit__code", "pk"), clock.today())


def _round_for(actor: Actor, round_id: int) -> Round:
    round_ = Round.objects.select_related("committee", "scheme_version").filter(pk=round_id).first()
    if round_ is None or not _may_open(actor, round_):
        raise NotPermitted("assessment.read_rectification", f"round:{round_id}")
    return round_


def _may_open(actor: Actor, round_: Round) -> bool:
    if permissions.can_read_whole(actor, round_.committee.path):
        return True
    own = RoundUnit.objects.filter(under("unit__path", actor.paths_for(*UNIT_READERS)), round=round_)
    mine = RectificationItem.objects.filter(round=round_, owner_id=actor.user_id or 0)
    return Notice.objects.filter(round=round_).exists() and (own.exists() or mine.exists())


def item_rows(items: Iterable[RectificationItem], today: date) -> list[ItemRow]:
    """Return items with their causes in words; four SQL statements, whatever their number."""
    listed = list(items)
    add = calendar.load().add
    hits = _hits(listed)
    facts = _fact_counts(listed)
    steps = _steps(listed)
    return [_row(item, hits, facts, steps, today, add) for item in listed]


Key = tuple[int, int, str]
"""Run, unit and rule."""


def _keys(items: Sequence[RectificationItem]) -> dict[str, Any]:
    return {
        "run_id__in": {one.run_id for one in items}, "unit_id__in": {one.unit_id for one in items},
        "rule__in": {one.rule for one in items if one.rule},
    }  # fmt: skip


def _hits(items: Sequence[RectificationItem]) -> dict[Key, RuleHit]:
    rows = RuleHit.objects.filter(**_keys(items), node__in={one.node for one in items})
    return {(row.run_id, row.unit_id, row.rule): row for row in rows}


def _fact_counts(items: Sequence[RectificationItem]) -> dict[Key, int]:
    rows = CountedFact.objects.filter(**_keys(items), node__in={one.node for one in items})
    counted = rows.values_list("run_id", "unit_id", "rule").annotate(n=Count("pk"))
    return {(run, unit, rule): n for run, unit, rule, n in counted}


def _steps(items: Sequence[RectificationItem]) -> dict[Key, GradeStep]:
    graded = [one for one in items if one.of_grade]
    rows = GradeStep.objects.filter(**_keys(graded)) if graded else ()
    return {(row.run_id, row.unit_id, row.rule): row for row in rows if row.before != row.after}


def _row(item: RectificationItem, hits: Any, facts: Any, steps: Any, today: date, add: Any) -> ItemRow:
    key = (item.run_id, item.unit_id, item.rule)
    state = ItemState(item.state)
    title, asked, found = _cause(item, hits.get(key), steps.get(key))
    return ItemRow(
        item=item, title=title, asked=asked, found=found, facts=facts.get(key, 0),
        light=item_light(state, item.due_on, today=today, add=add), late=is_late(state, item.due_on, today),
    )  # fmt: skip


def _cause(item: RectificationItem, hit: RuleHit | None, step: GradeStep | None) -> tuple[str, str, str]:
    """Return where an item comes from: the indicator, what its rule asks for, and what was found."""
    version = item.round.scheme_version
    if item.of_grade:
        return _("Grade"), "", _step_words(item, step) if step else ""
    node = next((text for text in tree_of(version) if text.code == item.node), None)
    rule: RuleText | None = next((one for one in node.rules if one.code == item.rule), None) if node else None
    found = ""
    if rule is not None and hit is not None:
        found = hit_words(rule.rule, Hit(hit.hits, hit.quantity, hit.raw, hit.applied, hit.part))
    asked = rule.words if rule else "; ".join(one.words for one in node.rules) if node else ""
    return f"{item.node} {node.title}" if node else item.node, asked, found


def _step_words(item: RectificationItem, step: GradeStep) -> str:
    return step_words(
        scheme_of(item.round.scheme_version), step=step.step, rule=step.rule, before=step.before, after=step.after,
        numerator=step.numerator or 0, denominator=step.denominator or 0,
    )  # fmt: skip


def item_view(actor: Actor, item_id: int) -> ItemView:
    """Return one item with its facts, files, and what can be done; at most fifteen SQL statements. Raises NotPermitted."""
    rows = readable_items(actor).select_related("unit", "owner", "round__scheme_version", "round__committee")
    item = rows.select_related("carried_from").filter(pk=item_id).first()
    if item is None:
        raise NotPermitted("assessment.read_rectification", f"item:{item_id}")
    today = clock.today()
    can = _can(actor, item)
    people = organisation.people_of([item.unit_id], on=today)[item.unit_id] if "plan" in can else ()
    return ItemView(
        row=item_rows([item], today)[0], linked=_linked(item), files=tuple(evidence.describe(item.evidence)),
        people=people, can=can, carried_to=RectificationItem.objects.filter(carried_from=item).first(),
    )  # fmt: skip


def _linked(item: RectificationItem) -> tuple[ledger.Fact, ...]:
    """Return the facts that the rule counted; who may read the item may read them here, the ledger checks its own page."""
    rows = CountedFact.objects.filter(run_id=item.run_id, unit_id=item.unit_id, node=item.node, rule=item.rule)
    wanted = list(rows.order_by("fact_id").values_list("fact_id", flat=True)[:MOST_LINKED])
    everything = ledger.visible_facts(Actor.system("assessment"))
    return tuple(everything.filter(pk__in=wanted).order_by("occurred_on", "pk")) if wanted else ()


def _can(actor: Actor, item: RectificationItem) -> frozenset[str]:
    runs = permissions.can_run_rounds(actor, item.round.committee.path)
    plans = permissions.can_plan_mending(actor, item.unit.path)
    reports = permissions.can_report_mending(actor, item.unit.path, item.owner_id)
    checks = item.reported_by != actor.pseudonym and permissions.can_check_mending(
        actor, item.round.committee.path, item.unit.path, item.owner_id
    )
    allowed = {
        ItemEvent.CONFIRM: runs, ItemEvent.DISMISS: runs, ItemEvent.RESTORE: runs, ItemEvent.CARRY: runs,
        ItemEvent.PLAN: plans, ItemEvent.REPORT: reports, ItemEvent.RETURN: checks, ItemEvent.VERIFY: checks,
    }  # fmt: skip
    state = ItemState(item.state)
    return frozenset(event.value for event, may in allowed.items() if may and (state, event) in TRANSITIONS)


def may_read_mending_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``mending:17``: who may read the item may read its files."""
    number = scope.partition(":")[2]
    return number.isdecimal() and readable_items(actor).filter(pk=int(number)).exists()
