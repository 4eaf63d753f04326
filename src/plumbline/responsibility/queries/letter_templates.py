"""Templates of letters that somebody may use, those that ship, and for whom letters can be made."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Q
from django.utils.translation import get_language

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.organisation import api as organisation
from plumbline.responsibility.models import LetterTemplate
from plumbline.responsibility.permissions import PREPARERS, can_prepare_letters
from plumbline.responsibility.rules.letter_sheet import dump

_DATA = Path(__file__).resolve().parent.parent / "data"


def usable_templates(actor: Actor) -> list[LetterTemplate]:
    """Return the newest version of each template of committees above and below the actor's; one SQL statement."""
    paths = narrowest(actor.paths_for(*PREPARERS))
    near = Q(pk__in=())
    for path in paths:
        above = [f"/{'/'.join(path.strip('/').split('/')[:count])}/" for count in range(1, path.count("/"))]
        near |= Q(owner__path__startswith=path) | Q(owner__path__in=above)
    rows = LetterTemplate.objects.filter(near).select_related("owner").order_by("owner_id", "code", "-version")
    return list(rows.distinct("owner_id", "code"))


def template_for(actor: Actor, template_id: int) -> LetterTemplate:
    """Return a template that the actor may use. Raises NotPermitted."""
    found = next((one for one in usable_templates(actor) if one.pk == template_id), None)
    if found is None:
        raise NotPermitted("responsibility.use_template", f"letter_template:{template_id}")
    return found


def shipped_templates() -> dict[str, dict[str, Any]]:
    """Return the templates that come with the application, in the language of the moment, by code."""
    return _shipped("zh" if (get_language() or "").startswith("zh") else "en")


@cache
def _shipped(language: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((_DATA / f"letters_{language}.yaml").read_text())
    return {code: {**one, "text": dump(one["text"])} for code, one in found.items()}


def units_to_prepare(actor: Actor) -> list[Any]:
    """Return the standing organisations in whose name the actor prepares letters, the highest first; one SQL statement."""
    units = organisation.visible_units(actor).filter(category="organisation", closed_on=None).order_by("path")
    return [one for one in units if can_prepare_letters(actor, one.path)]
