"""What lights propose: slips by the consequences of the light rule. People issue them, or drop them with a reason."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation.models import Obligation, Slip
from plumbline.obligation.queries.lights import Lamp, due_of, lamp
from plumbline.obligation.rules.light_words import COLOUR_NAMES
from plumbline.obligation.rules.lights import Colour, Follows, consequences_of, reached
from plumbline.obligation.rules.slips import LONGEST_TITLE, SlipKind, SlipState

LOOK_BACK: Final = 7
"""Days for which a morning proposes: a worker that stood still catches up, and a new rule does not stir up the whole year."""
NAMED = 5
"""Pieces of work that a proposal names; the board has them all."""


@transaction.atomic
def propose_from_lights(*, by: Actor, at: datetime) -> int:
    """Propose a slip for every consequence that fell due in the last days; return how many are new.

    Work of members by themselves proposes nothing to their unit. For the machine and administrators of a whole tree; five
    SQL statements. Raises NotPermitted.
    """
    if not by.holds_at_top("administrator"):
        raise NotPermitted("obligation.propose_slips", "lights")
    today = clock.day_of(at)
    using = lamp(today)
    if not using.rule.consequences:
        return 0
    owed = _owed(today)
    rows = [
        _proposal(listed[0].unit, follows, late, today)
        for listed in owed.values()
        for follows, late in _follows(listed, using, today)
    ]
    keys = [row.source_key for row in rows]
    known = set(Slip.objects.filter(source_key__in=keys).values_list("source_key", flat=True))
    made = Slip.objects.bulk_create([row for row in rows if row.source_key not in known], batch_size=500)
    told = [(f"slip:{one.pk}", None, {"kind": one.kind, "light": one.source_key}) for one in made]
    audit.record_many(by=by, at=at, action="obligation.propose_slip", rows=told)
    return len(made)


def _owed(today: date) -> Mapping[int, list[Obligation]]:
    """Return by unit what fell due this year in what is owed by units that have something late; two SQL statements."""
    year = Obligation.objects.filter(member=None, waived_at=None, due_on__range=(date(today.year, 1, 1), today))
    late = year.filter(Q(met_on=None) | Q(met_on__gt=F("grace_on")) | Q(complete=False), grace_on__lt=today)
    found: dict[int, list[Obligation]] = defaultdict(list)
    listed = year.filter(
        unit_id__in=set(late.values_list("unit_id", flat=True)), unit__parent__isnull=False
    )  # nobody stands above the top
    for one in listed.select_related("unit").order_by("due_on", "pk"):
        found[one.unit_id].append(one)
    return found


def _follows(listed: Sequence[Obligation], using: Lamp, today: date) -> Iterator[tuple[Follows, list[Obligation]]]:
    """Yield what follows for one unit in the last days, with the work whose light brought it that day."""
    lights: list[tuple[date, Colour]] = []
    runs: dict[int, list[tuple[date, Colour | None]]] = defaultdict(list)
    on_day: dict[tuple[date, Colour], list[Obligation]] = defaultdict(list)
    for one in listed:
        found = list(reached(due_of(one), using.rule, today, using.calendar))
        lights += found
        for since, colour in found:
            on_day[since, colour].append(one)
        if one.rhythm_id is not None:
            gravest = max(found, key=lambda light: light[1].severity, default=None)
            runs[one.rhythm_id].append(gravest or (one.due_on, None))
    for follows in dict.fromkeys(consequences_of(using.rule, lights, list(runs.values()))):
        if today - timedelta(days=LOOK_BACK) < follows.on <= today:
            yield follows, on_day[follows.on, follows.consequence.colour]


def _proposal(unit: Any, follows: Follows, late: Sequence[Obligation], today: date) -> Slip:
    one = follows.consequence
    colour, day = COLOUR_NAMES[one.colour], date_format(follows.on, "DATE_FORMAT")
    first = late[0].title if late else str(colour)
    rest = len(late) - 1
    title = (
        first
        if rest < 1
        else ngettext("{first} and {rest} more", "{first} and {rest} more", rest).format(first=first, rest=rest)
    )
    named = "\n".join(f"· {item.title}" for item in late[:NAMED])
    words = _("On {day} the light turned {colour}:").format(day=day, colour=colour)
    return Slip(
        year=today.year, kind=SlipKind(one.slip).value, state=SlipState.PROPOSED.value, issuer_id=int(unit.path.split("/")[-3]),
        unit=unit, title=title[:LONGEST_TITLE], words=f"{words}\n{named}",
        about_key=late[0].key if len(late) == 1 else "",
        source_key=f"light:{unit.pk}:{follows.on}:{one.colour.value}:{one.nth}:{one.in_a_row}:{one.slip}",
    )  # fmt: skip
