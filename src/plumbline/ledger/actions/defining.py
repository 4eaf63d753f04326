"""Kinds that an installation adds for what other systems send."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor
from plumbline.ledger.facts import declared_kinds
from plumbline.ledger.models import Fact, FactKind
from plumbline.ledger.permissions import check_define_kinds
from plumbline.ledger.queries.kinds import spec_of
from plumbline.ledger.rules.kinds import FactKindSpec, breaking_changes, to_document
from plumbline.ledger.rules.wording import explain_change, spec_problems


class KindRefused(Exception):
    """The kind cannot be kept like this; ``problems`` are sentences for the person."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@transaction.atomic
def add_kind(*, by: Actor, at: datetime, spec: FactKindSpec) -> FactKind:
    """Add a kind to the installation.

    Raises NotPermitted unless the actor administers something, KindRefused where the code is taken or malformed.
    """
    check_define_kinds(by)
    problems = spec_problems(spec)
    shipped = {declared.code for declared in declared_kinds()}
    if spec.code in shipped or FactKind.objects.filter(pk=spec.code).exists():
        problems.append(_("There is already a kind with the code %(code)s.") % {"code": spec.code})
    if problems:
        raise KindRefused(problems)
    row = FactKind.objects.create(code=spec.code, **_fields(spec))
    audit.record(by=by, at=at, action="ledger.add_kind", subject=f"fact_kind:{row.pk}", new=_fields(spec))
    return row


@transaction.atomic
def change_kind(*, by: Actor, at: datetime, spec: FactKindSpec) -> FactKind:
    """Change a kind of the installation in ways that leave its posted facts readable and correctable.

    Raises NotPermitted; KindRefused where facts were posted and the change would break them, naming what and why.
    """
    check_define_kinds(by)
    row = FactKind.objects.select_for_update().filter(pk=spec.code).first()
    if row is None:
        raise KindRefused([_("This installation has added no kind %(code)s.") % {"code": spec.code}])
    old = spec_of(row)
    problems = spec_problems(spec)
    if Fact.objects.filter(kind=row.pk).exists():
        problems += [explain_change(change) for change in breaking_changes(old, spec)]
    if problems:
        raise KindRefused(problems)
    for name, value in _fields(spec).items():
        setattr(row, name, value)
    row.save()
    audit.record(
        by=by, at=at, action="ledger.change_kind", subject=f"fact_kind:{row.pk}", old=_fields(old), new=_fields(spec)
    )
    return row


def _fields(spec: FactKindSpec) -> dict[str, Any]:
    kept = asdict(spec)
    return {
        "name": str(spec.name),
        "meaning": str(spec.meaning),
        "measure": str(spec.measure),
        "places": kept["places"],
        "minimum": kept["minimum"],
        "is_active": kept["is_active"],
        "attributes": to_document(spec),
    }
