"""What the inspection puts on desks: visits on those of assessors, findings to answer on those of units."""

from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.assessment.models import Assignment
from plumbline.assessment.queries.checklists import words_of
from plumbline.assessment.queries.findings import unanswered
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.rules.findings import OPEN_STATES
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo


def inspection_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return a line for each round in which the actor's teams have units to visit, and for each finding to answer.

    At most two SQL statements, and one for each scheme that was not read before.
    """
    return [*_visits(actor, clock.day_of(at)), *_answers(actor, at)]


def _visits(actor: Actor, today: date) -> list[Todo]:
    paths = actor.paths_for("assessor")
    if not paths or actor.user_id is None:
        return []
    rows = Assignment.objects.filter(
        under("round__committee__path", paths), team__members=actor.user_id, done_at=None,
        round__state__in=[state.value for state in OPEN_STATES],
    ).order_by("round_id")  # fmt: skip
    rounds: dict[str, list[date]] = {}
    for title, until_on in rows.values_list("round__title", "until_on"):
        rounds.setdefault(title, []).append(until_on)
    return [_visit(title, days, today) for title, days in rounds.items()]


def _visit(title: str, days: list[date], today: date) -> Todo:
    told = ngettext(
        "Inspect {count} unit for “{title}”", "Inspect {count} units for “{title}”", len(days)
    )  # fmt: skip
    return Todo(
        title=told.format(count=len(days), title=title), url=reverse("assessment:inspect"), due_on=min(days),
        kind=_("inspection"), urgent=min(days) <= today,
    )  # fmt: skip


def _answers(actor: Actor, at: datetime) -> list[Todo]:
    return [
        Todo(
            title=_("A finding about {unit}: {found}. You may answer it.").format(
                unit=one.unit.name, found=words_of(one.round.scheme_version, one.node, one.criterion)[1]
            ),
            url=reverse("assessment:finding", args=[one.pk]),
            kind=_("finding"),
        )
        for one in unanswered(actor, at)
    ]
