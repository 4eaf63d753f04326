"""The rules of quorum and majority in this installation: the shipped versions with its own."""

from datetime import date

from plumbline.organisation.models import VotingRuleVersion
from plumbline.organisation.rules.quorum import Of, Share, VotingRule, rule_on
from plumbline.organisation.rules.voting_table import merge_rules


def voting_rules() -> tuple[VotingRule, ...]:
    """Return every version, by matter and day of effect; one SQL statement."""
    return merge_rules(tuple(_rule(row) for row in VotingRuleVersion.objects.all()))


def voting_rule(matter: str, *, on: date) -> VotingRule:
    """Return the version of a matter's rule that is in force on a day. Raises Refused where there is none."""
    return rule_on(voting_rules(), matter, on)


def _rule(row: VotingRuleVersion) -> VotingRule:
    return VotingRule(
        matter=row.matter,
        effective_on=row.effective_on,
        quorum=Share(row.quorum_numerator, row.quorum_denominator, row.quorum_strict),
        majority=Share(row.pass_numerator, row.pass_denominator, row.pass_strict),
        majority_of=Of(row.pass_of),
        written_opinions_count=row.written_opinions_count,
        basis=row.basis,
    )
