"""Which units a round assesses, and the class within which each is ranked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.rules.rounds import ClassSelection
from plumbline.assessment.rules.scheme import Scheme
from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation


def resolve_units(
    *,
    by: Actor,
    at: datetime,
    units: Mapping[int, str],
    classes: Sequence[ClassSelection],
    on: date,
    committee_id: int | None = None,
) -> dict[int, tuple[str, str]]:
    """Return ``unit id -> (class, path)`` of what was chosen, by one SQL statement for each description and one more.

    Holders of posts need ``committee_id``: their terms of office become units that this committee assesses.
    Raises Refused where nothing is chosen, a unit is not in the actor's reach, or one falls into two classes; NotPermitted.
    """  # fmt: skip
    chosen: dict[int, tuple[str, str]] = {}
    reach = organisation.assessable_units(by, on=on)
    if units:
        found = dict(reach.filter(pk__in=list(units)).values_list("pk", "path"))
        missing = sorted(set(units) - set(found))
        if missing:
            raise Refused(_("Units out of your reach: {ids}").format(ids=", ".join(map(str, missing))), field="units")
        chosen = {pk: (class_name(units[pk]), path) for pk, path in found.items()}
    for selection in classes:
        found = _holders(by, at, selection, committee_id, on) if selection.post else _described(reach, selection)
        for pk, path in found.items():
            if pk in chosen and chosen[pk][0] != selection.klass:
                raise Refused(
                    _("Unit {id} falls into two classes: {first} and {second}").format(
                        id=pk, first=chosen[pk][0], second=selection.klass
                    ),
                    field="units",
                )
            chosen[pk] = (class_name(selection.klass), path)
    if not chosen:
        raise Refused(_("Choose at least one unit to be assessed."), field="units")
    return chosen


def check_reach(chosen: Mapping[int, tuple[str, str]], committee_path: str) -> None:
    """Raise Refused where a unit does not stand under the committee that runs the round."""
    outside = sorted(pk for pk, (_klass, path) in chosen.items() if not path.startswith(committee_path))
    if outside:
        raise Refused(
            _("Units that the committee does not lead: {ids}").format(ids=", ".join(map(str, outside))), field="units"
        )


def check_classes(scheme: Scheme, classes: Iterable[str], *, field: str = "units") -> None:
    """Raise Refused where a scheme has profiles of weights, and none of them names one of the classes."""
    strange = scheme.strange_classes(classes)
    if strange:
        known = ", ".join(klass for profile in scheme.profiles for klass in profile.classes)
        told = _(
            "No profile of weights names the class {classes}. Assign its units to one of these classes: {known}; or issue a "
            "version of the scheme that names it."
        )
        raise Refused(told.format(classes=", ".join(strange), known=known), field=field)


def _described(reach: QuerySet[Any], selection: ClassSelection) -> dict[int, str]:
    found = reach
    if selection.under_id is not None:
        found = found.filter(path__contains=f"/{selection.under_id}/").exclude(pk=selection.under_id)
    if selection.kinds:
        found = found.filter(as_organisation__kind__in=selection.kinds)
    if selection.department_class:
        found = found.filter(as_department__klass=selection.department_class)
    if not selection.kinds and not selection.department_class:
        raise Refused(
            _("Say which organisations or departments make up the class {klass}.").format(klass=selection.klass)
        )
    return dict(found.values_list("pk", "path"))


def _holders(by: Actor, at: datetime, selection: ClassSelection, committee_id: int | None, on: date) -> dict[int, str]:
    if committee_id is None:
        raise Refused(_("Say which committee assesses the holders of the post {post}.").format(post=selection.post))
    committee = organisation.unit_for(by, committee_id)
    held = organisation.terms_in_office(committee.path, on=on, title=selection.post)
    if selection.under_id is not None:
        held = held.filter(post__unit__path__contains=f"/{selection.under_id}/")
    terms = organisation.assess_terms(
        by=by, at=at, committee=committee, appointment_ids=list(held.values_list("pk", flat=True))
    )
    return {term.pk: term.path for term in terms.values()}


def class_name(text: str) -> str:
    """Return the name of a class without the space around it. Raises Refused where it is empty or too long."""
    name = text.strip()
    if not name or len(name) > 60:
        raise Refused(_("The name of a class has 1 to 60 characters."), field="units")
    return name
