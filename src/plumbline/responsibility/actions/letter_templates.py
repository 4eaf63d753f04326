"""Templates of letters: every change is a new version, so that letters made before keep theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation
from plumbline.responsibility.models import LetterTemplate
from plumbline.responsibility.permissions import check_prepare_letters
from plumbline.responsibility.rules.letter_template import read_template
from plumbline.responsibility.rules.letters import Level
from plumbline.responsibility.rules.problems import Refused

_VERSIONS = 4_201_020
"""Key of the advisory lock under which versions of templates are numbered."""


@transaction.atomic
def save_template(
    *, by: Actor, at: datetime, owner_id: int, code: str, level: Level, name: str, text: Mapping[str, Any]
) -> LetterTemplate:
    """Save a template of a committee as its next version and return it; the same text again returns the version that stands.

    Raises NotPermitted, Refused (no name, a text that is no template).
    """
    owner = organisation.unit_for(by, owner_id)
    check_prepare_letters(by, owner.path, f"unit:{owner_id}")
    if not name.strip():
        raise Refused(_("Give the template a name."), field="name")
    said = read_template(text).model_dump(mode="json")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_VERSIONS])
    last = LetterTemplate.objects.filter(owner=owner, code=code).order_by("-version").first()
    if last is not None and (last.text, last.name, last.level) == (said, name.strip(), level.value):
        return last
    version = last.version + 1 if last is not None else 1
    made = LetterTemplate.objects.create(
        owner=owner, code=code, version=version, level=level.value, name=name.strip()[:200], text=said, made_at=at,
        made_by=by.pseudonym,
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="responsibility.save_template", subject=f"letter_template:{made.pk}",
        new={"code": code, "version": version, "name": made.name},
    )  # fmt: skip
    return made
