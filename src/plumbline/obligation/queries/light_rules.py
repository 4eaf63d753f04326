"""Which light rule holds on which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plumbline.kernel.actor import Actor
from plumbline.obligation.models import LightRuleVersion
from plumbline.obligation.permissions import can_change_rhythms, check_read_board
from plumbline.obligation.rules.light_variants import PERIODS
from plumbline.obligation.rules.lights import LightRule


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A light rule with its days: ``version`` is None for the variant that holds where nobody chose one."""

    rule: LightRule
    version: LightRuleVersion | None
    until_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class LightRulesPage:
    """The rules of an installation, the newest first; ``state`` of each is ``now``, ``past`` or ``later``."""

    rules: tuple[RuleInForce, ...]
    may_change: bool

    @property
    def now(self) -> RuleInForce:
        """The rule in force."""
        return next(one for one in self.rules if one.state == "now")


def rules_on(days: Sequence[date]) -> list[LightRule]:
    """Return the rule in force on each day; one SQL statement."""
    rows = LightRuleVersion.objects.filter(starts_on__lte=max(days)).order_by("starts_on")
    found = [(row.starts_on, LightRule.model_validate(row.document)) for row in rows]
    return [next((rule for since, rule in reversed(found) if since <= day), PERIODS) for day in days]


def light_rules_page(actor: Actor, *, today: date) -> LightRulesPage:
    """Return every rule with its days; one SQL statement. Raises NotPermitted for those who lead and check nothing."""
    check_read_board(actor)
    rows = list(LightRuleVersion.objects.order_by("starts_on"))
    ends = [*(row.starts_on for row in rows), None]
    listed = [(PERIODS, None), *((LightRule.model_validate(row.document), row) for row in rows)]
    found = [
        RuleInForce(rule, row, until, _state(row.starts_on if row else date.min, until, today))
        for (rule, row), until in zip(listed, ends, strict=True)
    ]
    return LightRulesPage(tuple(reversed(found)), can_change_rhythms(actor))


def _state(since: date, until: date | None, today: date) -> str:
    """``until`` is the first day on which it does not hold."""
    if since > today:
        return "later"
    return "now" if until is None or today < until else "past"
