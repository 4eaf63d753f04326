"""The shipped versions of the rules of quorum and majority: data with the day from which each holds (DOMAIN 3.2).

The source gives years, not always days: days marked [B] in ``basis`` are editable defaults and no claim. An installation
adds versions of its own, which take the place of the shipped one for the same matter and day.
"""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from plumbline.organisation.rules.quorum import Of, Share, VotingRule

MATTERS: Mapping[str, object] = {
    "branch_meeting": _("decision of a branch members' meeting"),
    "branch_committee": _("decision of a branch committee"),
    "committee_decision": _("decision of a committee, a standing committee or a party group"),
    "personnel": _("appointment or dismissal of cadres"),
    "discipline": _("disciplinary sanction of a member"),
    "admission": _("admission of a member"),
    "election": _("election by the members of a branch, a general branch or a basic committee"),
    "committee_election": _("election inside a full committee"),
}

HALF_OR_MORE = Share(1, 2, strict=False)
MORE_THAN_HALF = Share(1, 2, strict=True)
MORE_THAN_TWO_THIRDS = Share(2, 3, strict=True)
MORE_THAN_FOUR_FIFTHS = Share(4, 5, strict=True)
FOUR_FIFTHS_OR_MORE = Share(4, 5, strict=False)

_ALWAYS = date(1921, 7, 1)
_BRANCH = "中国共产党支部工作条例（试行）"
_TABLE = "表决规则对照表"


def _rule(
    matter: str,
    quorum: Share,
    majority: Share,
    basis: str,
    *,
    since: date = _ALWAYS,
    of: Of = Of.ENTITLED,
    written: bool = False,
) -> VotingRule:
    return VotingRule(matter, since, quorum, majority, of, written, basis)


SHIPPED: tuple[VotingRule, ...] = (
    _rule("branch_meeting", HALF_OR_MORE, MORE_THAN_HALF, _BRANCH),
    _rule("branch_committee", HALF_OR_MORE, MORE_THAN_HALF, _BRANCH),
    _rule("committee_decision", MORE_THAN_HALF, MORE_THAN_HALF, _TABLE),
    _rule("personnel", MORE_THAN_TWO_THIRDS, MORE_THAN_HALF, _TABLE),
    _rule("discipline", MORE_THAN_TWO_THIRDS, MORE_THAN_HALF, _TABLE),
    _rule("admission", MORE_THAN_HALF, MORE_THAN_HALF, _TABLE, written=True),
    _rule(
        "election", MORE_THAN_FOUR_FIFTHS, MORE_THAN_HALF, "基层组织选举工作暂行条例（1990）[B]",
        since=date(1990, 6, 27), of=Of.PRESENT,
    ),
    _rule(
        "election", MORE_THAN_FOUR_FIFTHS, MORE_THAN_HALF, "基层组织选举工作暂行条例（2016）[B]",
        since=date(2016, 1, 1), of=Of.PRESENT,
    ),
    _rule(
        "election", FOUR_FIFTHS_OR_MORE, MORE_THAN_HALF, "基层组织选举工作条例（2020）[B]",
        since=date(2020, 7, 13), of=Of.ENTITLED,
    ),
    _rule("committee_election", MORE_THAN_TWO_THIRDS, MORE_THAN_HALF, _TABLE),
)  # fmt: skip
"""Every shipped version, oldest first within a matter."""


def merge_rules(own: tuple[VotingRule, ...]) -> tuple[VotingRule, ...]:
    """Return the shipped versions with the installation's own added, or in place of those of the same matter and day."""
    merged = {(rule.matter, rule.effective_on): rule for rule in SHIPPED}
    merged |= {(rule.matter, rule.effective_on): rule for rule in own}
    order = list(MATTERS)
    return tuple(
        merged[key]
        for key in sorted(merged, key=lambda k: (order.index(k[0]) if k[0] in order else len(order), k[0], k[1]))
    )
