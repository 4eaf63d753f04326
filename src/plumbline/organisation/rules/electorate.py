"""Who is entitled to vote on a day: those who should attend (应到会) and those who do not count, each with a reason.

DOMAIN 3.2: only full members vote; probationary members and those whose rights are suspended do not; some full members
are left out of the denominator for a reason of a list, with an approval.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class ExclusionRule:
    """A reason for which a full member does not count; ``needs_application`` where the member applies for it."""

    code: str
    name: object
    needs_application: bool = False
    is_active: bool = True


SHIPPED_REASONS: tuple[ExclusionRule, ...] = (
    ExclusionRule("illness", _("cannot express their will because of illness")),
    ExclusionRule("abroad", _("abroad at their own expense for half a year or longer")),
    ExclusionRule("observed", _("placed on probation within the party as a sanction")),
    ExclusionRule("detained", _("detained or serving a sentence")),
    ExclusionRule("bedridden", _("bedridden or too frail to attend")),
    ExclusionRule("unmoved", _("should have transferred to another organisation and did not")),
    ExclusionRule("stopped", _("membership stopped")),
    ExclusionRule("moved_home", _("retired and living elsewhere")),
    ExclusionRule("mobile", _("working away with special consent"), needs_application=True),
)
"""The list of DOMAIN 3.2. An installation may switch a reason off or add its own."""

STATUS_REASONS: Mapping[str, object] = {
    "probationary": pgettext_lazy("why not entitled", "probationary member"),
    "suspended": pgettext_lazy("why not entitled", "rights suspended"),
}


def merge_reasons(own: Iterable[ExclusionRule]) -> tuple[ExclusionRule, ...]:
    """Return the shipped reasons with the installation's own put in their places or added at the end."""
    merged = {rule.code: rule for rule in SHIPPED_REASONS}
    for rule in own:
        merged[rule.code] = rule
    return tuple(merged.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """A member of the organisation on the day, as the history tells."""

    member_id: int
    pseudonym: str
    name: str
    number: str
    organisation_id: int
    status: str


@dataclass(frozen=True, slots=True)
class Leave:
    """An exclusion of one member that holds from ``starts_on`` until the day before ``ends_on``."""

    member_id: int
    reason: str
    approval: str
    starts_on: date
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """True on the days of the exclusion."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True)
class Excluded:
    """A member who does not count, with the reason's code, its words, and the approving document."""

    member: Standing
    reason: str
    words: str
    approval: str = ""


@dataclass(frozen=True, slots=True)
class Electorate:
    """Those who count for quorum and majority of one organisation on one day, and those who do not."""

    organisation_id: int
    on: date
    entitled: tuple[Standing, ...]
    excluded: tuple[Excluded, ...]

    @property
    def count(self) -> int:
        """The denominator: members entitled to vote who should attend."""
        return len(self.entitled)

    @property
    def members(self) -> int:
        """All members on the day, entitled or not."""
        return len(self.entitled) + len(self.excluded)

    def counts_by_reason(self) -> dict[str, int]:
        """Return how many are left out for each reason."""
        counts: dict[str, int] = {}
        for excluded in self.excluded:
            counts[excluded.reason] = counts.get(excluded.reason, 0) + 1
        return counts


def divide(
    organisation_id: int,
    on: date,
    standings: Iterable[Standing],
    leaves: Iterable[Leave],
    reasons: Iterable[ExclusionRule] = SHIPPED_REASONS,
) -> Electorate:
    """Return the electorate of an organisation on a day; members who left are in neither list.

    A reason that is unknown or no longer in use still excludes those it was approved for: what was approved holds
    until it is ended.
    """
    words = {rule.code: str(rule.name) for rule in reasons}
    approved = {leave.member_id: leave for leave in leaves if leave.holds(on)}
    entitled: list[Standing] = []
    excluded: list[Excluded] = []
    for standing in standings:
        leave = approved.get(standing.member_id)
        if standing.status in STATUS_REASONS:
            excluded.append(Excluded(standing, standing.status, str(STATUS_REASONS[standing.status])))
        elif standing.status == "full" and leave:
            excluded.append(Excluded(standing, leave.reason, words.get(leave.reason, leave.reason), leave.approval))
        elif standing.status == "full":
            entitled.append(standing)
    return Electorate(organisation_id, on, tuple(entitled), tuple(excluded))
