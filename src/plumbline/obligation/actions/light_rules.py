"""Changing the light rule: a new version from a day on; the past keeps the rule by which its lights were said."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.obligation.models import LightRuleVersion
from plumbline.obligation.permissions import check_change_rhythms
from plumbline.obligation.rules.lights import LightRule
from plumbline.obligation.rules.problems import Refused


@dataclass(frozen=True, slots=True)
class LightRuleDraft:
    """A light rule with its name, its first day and what it rests on."""

    name: str
    starts_on: date
    rule: LightRule
    basis: str = ""


@transaction.atomic
def set_light_rule(*, by: Actor, at: datetime, draft: LightRuleDraft) -> LightRuleVersion:
    """Let a light rule hold from a day on, today or later, and return its version.

    Raises NotPermitted; Refused for a day that has passed, or on which another rule begins already.
    """
    check_change_rhythms(by, "lights")
    if not draft.name.strip():
        raise Refused(_("Give the rule a name."), "name")
    if draft.starts_on < clock.day_of(at):
        raise Refused(
            _("The past keeps the rule by which its lights were said: choose today or a later day."), "starts_on"
        )
    rival = LightRuleVersion.objects.filter(starts_on=draft.starts_on).first()
    if rival is not None:
        told = _("On {day} “{name}” begins already: choose another day, or take that one away first.")
        day = date_format(draft.starts_on, "DATE_FORMAT")
        raise Refused(told.format(day=day, name=rival.name), "starts_on")
    row = LightRuleVersion.objects.create(
        name=draft.name.strip(), starts_on=draft.starts_on, document=draft.rule.model_dump(mode="json"),
        basis=draft.basis.strip(), recorded_by=by.pseudonym, recorded_at=at,
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="obligation.set_light_rule", subject=f"light_rule:{row.pk}",
        new={"name": row.name, "starts_on": row.starts_on.isoformat(), "rule": row.document},
    )  # fmt: skip
    return row


@transaction.atomic
def drop_light_rule(*, by: Actor, at: datetime, version_id: int) -> None:
    """Take away a light rule that is not in force yet. Raises NotPermitted, Refused."""
    check_change_rhythms(by, f"light_rule:{version_id}")
    row = LightRuleVersion.objects.select_for_update().filter(pk=version_id).first()
    if row is None:
        raise Refused(_("This rule was taken away already."))
    if row.starts_on <= clock.day_of(at):
        raise Refused(_("This rule is or was in force: let another one begin instead."))
    audit.record(
        by=by, at=at, action="obligation.drop_light_rule", subject=f"light_rule:{version_id}",
        old={"name": row.name, "starts_on": row.starts_on.isoformat(), "rule": row.document},
    )  # fmt: skip
    row.delete()
