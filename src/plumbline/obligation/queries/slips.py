"""Slips as a reader may see them: the list, the page of one, and what waits on desks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from plumbline.kernel import calendar, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.kernel.todo import Todo
from plumbline.obligation.models import Slip, SlipEvent, SlipItem
from plumbline.obligation.permissions import STAFF, SUPERVISORS, can_answer_slip, can_check_slip, can_issue_slips
from plumbline.obligation.queries.slip_items import ItemList, ItemRow, item_list, items_to_check, items_to_mend
from plumbline.obligation.queries.slip_people import holds_post, in_posts_of, recipients
from plumbline.obligation.rules.slip_words import SLIP_KINDS, number_words
from plumbline.obligation.rules.slips import (
    TRANSITIONS,
    SlipAct,
    SlipKind,
    SlipState,
    is_late,
    slip_light,
    suits,
)
from plumbline.organisation import api as organisation

PAGE = 50
MOST_ROWS = 5_000
"""Slips that one workbook takes, the newest first."""
MOST = 20
DRAFTS = (SlipState.PROPOSED.value, SlipState.DISMISSED.value)


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A slip in a list, with its number, its light, and who has to answer."""

    slip: Slip
    number: str
    light: str
    late: bool
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlipAsk:
    """What a list is narrowed to: a state or ``late``, a kind, a unit, words of the title, the text or the unit's name."""

    state: str = ""
    kind: str = ""
    unit_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class SlipList:
    """One page of the slips that the actor reads; ``counts`` by state, ``late`` those not answered in time."""

    page: Page[Any]
    rows: tuple[SlipRow, ...]
    counts: Mapping[str, int]
    late: int
    may_issue: bool


ALL_SLIPS = SlipAsk()


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line of what happened: the event, who did it where the account stands, and its files."""

    event: SlipEvent
    files: tuple[evidence.Evidence, ...]


@dataclass(frozen=True, slots=True)
class SlipView:
    """The page of one slip; ``can`` names what this actor may do with it now."""

    row: SlipRow
    lines: tuple[SlipLine, ...]
    can: frozenset[str]
    graver: tuple[SlipKind, ...]
    followed_by: Slip | None
    faults: ItemList

    @property
    def slip(self) -> Slip:
        """The slip itself."""
        return self.row.slip


def _below(actor: Actor, *roles: str) -> Q:
    found = Q(pk__in=())
    for path in narrowest(actor.paths_for(*roles)):
        found |= ~Q(pk__in=()) if path == "/" else Q(unit__path__startswith=path)
    return found


def _supervised(actor: Actor) -> Q:
    """Return the condition that the unit lies below one on which the actor supervises, and is not that one."""
    found = Q(pk__in=())
    for path in actor.paths_for(*SUPERVISORS):
        found |= ~Q(pk__in=()) if path == "/" else Q(unit__path__startswith=path) & ~Q(unit__path=path)
    return found


def readable_slips(actor: Actor, *, on: date) -> QuerySet[Slip]:
    """Return the slips that the actor may read: of units they lead or check, of posts held, and with items of their own.

    Proposals are for those who may issue them.
    """
    shown = ~Q(state__in=DRAFTS)
    mine = Q(pk__in=Slip.objects.filter(in_posts_of(actor, on)).values("pk"))
    if actor.user_id is not None:
        mine |= Q(pk__in=SlipItem.objects.filter(owner_id=actor.user_id).values("slip_id"))
    return Slip.objects.filter(_supervised(actor) | (shown & (_below(actor, *STAFF) | mine)))


def slip_list(actor: Actor, *, on: date, ask: SlipAsk = ALL_SLIPS, page: int = 1) -> SlipList:
    """Return one page of the slips asked for, the newest first; at most nine SQL statements."""
    base = _asked(readable_slips(actor, on=on), ask)
    late = _late(on)
    counts = dict(base.order_by().values_list("state").annotate(n=Count("pk")))
    found = Paginator(_in_state(base, ask.state, on), PAGE).get_page(page)
    may = bool(actor.paths_for(*SUPERVISORS))
    return SlipList(found, slip_rows(list(found), on), counts, base.filter(late).count(), may)


def slip_table(actor: Actor, *, on: date, ask: SlipAsk = ALL_SLIPS) -> tuple[SlipRow, ...]:
    """Return all slips asked for, at most MOST_ROWS, the newest first; at most six SQL statements."""
    return slip_rows(list(_in_state(_asked(readable_slips(actor, on=on), ask), ask.state, on)[:MOST_ROWS]), on)


def _asked(rows: QuerySet[Slip], ask: SlipAsk) -> QuerySet[Slip]:
    rows = rows.filter(unit_id=ask.unit_id) if ask.unit_id else rows
    rows = rows.filter(kind=ask.kind) if ask.kind else rows
    for word in ask.words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(words__icontains=word) | Q(unit__name__icontains=word))
    return rows


def _late(on: date) -> Q:
    return Q(state=SlipState.ISSUED.value, due_on__lt=on)


def _in_state(rows: QuerySet[Slip], state: str, on: date) -> QuerySet[Slip]:
    chosen = rows.filter(_late(on)) if state == "late" else rows.filter(state=state) if state else rows
    return chosen.select_related("unit", "issuer", "post").order_by("-year", "-serial", "-pk")


def slip_rows(slips: list[Slip], on: date) -> tuple[SlipRow, ...]:
    """Return slips with their lights and addressees; four SQL statements, whatever their number."""
    add = calendar.load().add
    people = recipients(slips, on=on) if slips else {}
    return tuple(
        SlipRow(
            slip=one, number=number_words(one.year, one.serial),
            light=slip_light(SlipState(one.state), one.due_on, today=on, add=add),
            late=is_late(SlipState(one.state), one.due_on, on),
            people=tuple(dict.fromkeys(person.name for person in people[one.pk])),
        )
        for one in slips
    )  # fmt: skip


def slip_for(actor: Actor, slip_id: int, *, on: date) -> Slip:
    """Return a slip that the actor may read. Raises NotPermitted."""
    rows = readable_slips(actor, on=on).select_related("unit", "issuer", "post", "follows", "held_by")
    slip = rows.filter(pk=slip_id).first()
    if slip is None:
        raise NotPermitted("obligation.read_slip", f"slip:{slip_id}")
    return slip


def slip_view(actor: Actor, slip_id: int, *, on: date) -> SlipView:
    """Return the page of one slip; at most fifteen SQL statements. Raises NotPermitted."""
    slip = slip_for(actor, slip_id, on=on)
    events = list(slip.events.all())
    files = {one.pk: one for one in evidence.describe([pk for event in events for pk in event.evidence])}
    lines = tuple(SlipLine(event, tuple(files[pk] for pk in event.evidence if pk in files)) for event in events)
    kinds = list(SlipKind)
    follower = Slip.objects.filter(follows=slip).first()
    visible = follower is not None and (follower.state not in DRAFTS or can_issue_slips(actor, slip.unit.path))
    return SlipView(
        row=slip_rows([slip], on)[0], lines=lines, can=_can(actor, slip, on),
        graver=tuple(kinds[kinds.index(SlipKind(slip.kind)) + 1 :]), followed_by=follower if visible else None,
        faults=item_list(actor, slip, on=on, holds_post=holds_post(actor, slip, on=on)),
    )  # fmt: skip


def slip_item_view(actor: Actor, item_id: int, *, on: date) -> tuple[SlipView, ItemRow]:
    """Return one item of a rectification list with its slip; at most sixteen SQL statements. Raises NotPermitted."""
    slip_id = SlipItem.objects.filter(pk=item_id).values_list("slip_id", flat=True).first()
    if slip_id is None:
        raise NotPermitted("obligation.read_slip", f"slip_item:{item_id}")
    view = slip_view(actor, slip_id, on=on)
    return view, next(row for row in view.faults.rows if row.item.pk == item_id)


def _can(actor: Actor, slip: Slip, on: date) -> frozenset[str]:
    path, own = slip.unit.path, holds_post(actor, slip, on=on)
    issues = can_issue_slips(actor, path)
    checks = can_check_slip(actor, path, answered_by=slip.answered_by, holds_post=own)
    again = checks and slip.recheck_on is not None
    allowed = {
        SlipAct.ISSUE: issues, SlipAct.DISMISS: issues, SlipAct.EXTEND: issues, SlipAct.WITHDRAW: issues,
        SlipAct.ESCALATE: issues, SlipAct.ACCEPT: checks, SlipAct.RETURN: checks, SlipAct.RECORD: checks,
        SlipAct.ANSWER: can_answer_slip(actor, path, holds_post=own), SlipAct.RECHECK: again, SlipAct.REOPEN: again,
    }  # fmt: skip
    state, kind = SlipState(slip.state), SlipKind(slip.kind)
    return frozenset(
        act.value for act, may in allowed.items() if may and (state, act) in TRANSITIONS and suits(kind, act)
    )


def units_to_supervise(actor: Actor) -> list[tuple[int, str]]:
    """Return the units to which the actor may issue slips, in the order of the tree; one SQL statement."""
    rows = organisation.visible_units(actor).filter(closed_on=None).order_by("path")
    return [(one.pk, one.name) for one in rows if can_issue_slips(actor, one.path)]


def may_read_slip_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``slip:17``: who may read the slip may read its files."""
    number = scope.partition(":")[2]
    return number.isdecimal() and readable_slips(actor, on=clock.today()).filter(pk=int(number)).exists()


def slip_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what slips put on the actor's desk; at most ten SQL statements."""
    today = clock.day_of(at)
    checks = (
        [] if actor.is_superuser or not actor.paths_for(*SUPERVISORS) else items_to_check(actor, _supervised(actor))
    )
    mine = items_to_mend(actor, today)
    return [*_to_answer(actor, today), *mine, *_to_check(actor, today), *checks, *_proposed(actor)]


def _to_answer(actor: Actor, today: date) -> list[Todo]:
    mine = Q(pk__in=Slip.objects.filter(in_posts_of(actor, today)).values("pk"))
    own = Q(unit_id__in=[grant.unit_id for grant in actor.grants if grant.role == "secretary"])
    rows = Slip.objects.filter(mine | own, state=SlipState.ISSUED.value).exclude(kind=SlipKind.INTERVIEW.value)
    return [
        Todo(
            _("{kind}: {title}").format(kind=SLIP_KINDS[SlipKind(one.kind)], title=one.title), f"/supervision/{one.pk}/",
            one.due_on, _("supervision"), urgent=is_late(SlipState.ISSUED, one.due_on, today), act=_("Answer"),
        )
        for one in rows.order_by("due_on", "pk")[:MOST]
    ]  # fmt: skip


def _to_check(actor: Actor, today: date) -> list[Todo]:
    """Answers to check, talks to hold, and what is to be looked at again."""
    if actor.is_superuser or not actor.paths_for(*SUPERVISORS):
        return []
    answered = Q(state=SlipState.ANSWERED.value) & ~Q(answered_by=actor.pseudonym)
    talks = Q(state=SlipState.ISSUED.value, kind=SlipKind.INTERVIEW.value)
    again = Q(state=SlipState.CLOSED.value, recheck_on__lte=today)
    rows = Slip.objects.filter(_supervised(actor), answered | talks | again).order_by("due_on", "pk")[:MOST]
    return [_check_todo(one) for one in rows]


def _check_todo(one: Slip) -> Todo:
    url, kind = f"/supervision/{one.pk}/", _("supervision")
    if one.state == SlipState.ANSWERED:
        return Todo(_("Check the answer: {title}").format(title=one.title), url, None, kind, act=_("Check"))
    if one.state == SlipState.CLOSED:
        told = _("Look again whether it stayed mended: {title}").format(title=one.title)
        return Todo(told, url, one.recheck_on, kind, act=_("Look"))
    return Todo(_("Hold the talk: {title}").format(title=one.title), url, one.due_on, kind, act=_("Record"))


def _proposed(actor: Actor) -> list[Todo]:
    if actor.is_superuser or not actor.paths_for(*SUPERVISORS):
        return []
    n = Slip.objects.filter(_supervised(actor), state=SlipState.PROPOSED.value).count()
    if not n:
        return []
    told = _("Decide on proposed slips: {n}").format(n=n)
    return [Todo(told, "/supervision/?state=proposed", None, _("supervision"), act=_("Decide"))]
