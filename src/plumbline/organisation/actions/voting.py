"""An installation adds a version of a rule of quorum and majority."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor
from plumbline.organisation.models import VotingRuleVersion
from plumbline.organisation.permissions import check_rules
from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.quorum import VotingRule
from plumbline.organisation.rules.voting_table import MATTERS


@transaction.atomic
def add_voting_rule(*, by: Actor, at: datetime, rule: VotingRule) -> None:
    """Keep a version of a matter's rule; votes before its day keep the older one.

    Raises NotPermitted unless the actor administers a whole tree, Refused without a basis or where the same matter
    already has a version of this installation from the same day.
    """
    check_rules(by)
    _check_version(rule)
    VotingRuleVersion.objects.create(
        matter=rule.matter,
        effective_on=rule.effective_on,
        quorum_numerator=rule.quorum.numerator,
        quorum_denominator=rule.quorum.denominator,
        quorum_strict=rule.quorum.strict,
        pass_numerator=rule.majority.numerator,
        pass_denominator=rule.majority.denominator,
        pass_strict=rule.majority.strict,
        pass_of=rule.majority_of.value,
        written_opinions_count=rule.written_opinions_count,
        basis=rule.basis.strip(),
    )
    new = {
        "effective_on": rule.effective_on.isoformat(),
        "quorum": str(rule.quorum),
        "majority": f"{rule.majority} {rule.majority_of.value}",
        "written_opinions_count": rule.written_opinions_count,
        "basis": rule.basis,
    }
    audit.record(by=by, at=at, action="organisation.add_voting_rule", subject=f"voting_rule:{rule.matter}", new=new)


def _check_version(rule: VotingRule) -> None:
    if rule.matter not in MATTERS:
        raise Refused(_("There is no such matter to vote on."), "matter")
    if not rule.basis.strip():
        raise Refused(_("Name the document that the rule comes from."), "basis")
    if VotingRuleVersion.objects.filter(matter=rule.matter, effective_on=rule.effective_on).exists():
        raise Refused(_("This matter already has a version from that day: choose another day."), "effective_on")
