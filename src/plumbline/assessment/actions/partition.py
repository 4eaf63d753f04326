"""Which units a round assesses, and the class within which each is ranked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.rules.rounds import ClassSelection
from plumbline.assessment.rules.scheme import Scheme
from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation


def resolve_units(
    *, by: Actor, units: Mapping[int, str], classes: Sequence[ClassSelection], on: date
) -> dict[int, tuple[str, str]]:
    """Return ``unit id -> (class, path)`` of what was chosen, by one SQL statement for each description and one more.

    Raises Refused where nothing is chosen, a unit is not in the actor's reach, or one falls into two classes.
    """
    chosen: dict[int, tuple[str, str]] = {}
    reach = organisation.visible_units(by, on=on)
    if units:
        found = dict(reach.filter(pk__in=list(units)).values_list("pk", "path"))
        missing = sorted(set(units) - set(found))
        if missing:
            raise Refused(_("Units out of your reach: {ids}").format(ids=", ".join(map(str, missing))), field="units")
        chosen = {pk: (class_name(units[pk]), path) for pk, path in found.items()}
    for selection in classes:
        for pk, path in _described(reach, selection).items():
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


def class_name(text: str) -> str:
    """Return the name of a class without the space around it. Raises Refused where it is empty or too long."""
    name = text.strip()
    if not name or len(name) > 60:
        raise Refused(_("The name of a class has 1 to 60 characters."), field="units")
    return name
