"""Terms of office that are, or can be, assessed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Appointment, AssessedTerm, Unit
from plumbline.organisation.permissions import READERS, own_unit_ids
from plumbline.organisation.queries.units import below, standing

ASSESSED = "assessed"
"""The role that a person has over their own term of office: they report, answer and object for themselves."""


@dataclass(frozen=True, slots=True)
class TermPost:
    """Posts of one title below a committee, and how many terms of office run in them on a day."""

    title: str
    terms: int


def assessable_units(actor: Actor, *, on: date | None = None) -> QuerySet[Unit]:
    """Return the units that the actor may open, and the terms of office below their roles or their own.

    What ``visible_units`` leaves out: terms are assessed and facts are filed about them, but they are no part of the
    structure. ``on`` keeps those that stand on that day. One SQL statement when read.
    """
    own = Q(pk__in=own_unit_ids(actor)) | Q(path__in=actor.paths_for(ASSESSED))
    units = Unit.assessable.filter(below(actor.paths_for(*READERS)) | own)
    return standing(units, on) if on else units


def terms_in_office(committee_path: str, *, on: date, title: str = "") -> QuerySet[Appointment]:
    """Return the terms that run on a day in posts of the committee and below it; ``title`` keeps posts so called."""
    rows = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, post__unit__path__startswith=committee_path
    )
    return rows.filter(post__title=title) if title else rows


def term_posts(committee_path: str, *, on: date) -> list[TermPost]:
    """Return the titles of posts held on a day in a committee and below it, the most frequent first; one SQL statement."""
    counted = terms_in_office(committee_path, on=on).values("post__title").annotate(terms=Count("pk"))
    return [TermPost(row["post__title"], row["terms"]) for row in counted.order_by("-terms", "post__title")]


def terms_of_units(unit_ids: Collection[int]) -> dict[int, list[int]]:
    """Return for each unit the assessed terms of its posts, where another committee than itself assesses; one statement."""
    rows = AssessedTerm.objects.filter(appointment__post__unit_id__in=set(unit_ids)).exclude(
        led_by=F("appointment__post__unit")
    )
    found: dict[int, list[int]] = {}
    for unit_id, term_id in rows.order_by("pk").values_list("appointment__post__unit_id", "pk"):
        found.setdefault(unit_id, []).append(term_id)
    return found


def terms_of_people(user_ids: Collection[int]) -> list[tuple[int, int]]:
    """Return (account, term) of the terms of these accounts' own; one SQL statement."""
    rows = AssessedTerm.objects.filter(appointment__member__user_id__in=set(user_ids)).order_by("pk")
    return list(rows.values_list("appointment__member__user_id", "pk"))
