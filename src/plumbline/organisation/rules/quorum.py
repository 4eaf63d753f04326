"""Quorum and majority, exactly: whole numbers and fractions compared by cross multiplication, never by division.

A rule says which share of those entitled must be present (the quorum) and which share of the entitled or of those present
must be in favour (the majority). Versions with a day of effect stand in ``voting_table``. Elections are in ``elections``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from plumbline.organisation.rules.problems import Refused


class Of(StrEnum):
    """What a majority is taken of: the denominators differ between versions of the rules (DOMAIN 3.2)."""

    ENTITLED = "entitled"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a whole: more than ``numerator``/``denominator`` where ``strict``, else at least that."""

    numerator: int
    denominator: int
    strict: bool

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator or self.denominator < 1:
            raise ValueError(f"not a share of a whole: {self.numerator}/{self.denominator}")

    def reached(self, part: int, whole: int) -> bool:
        """True where ``part`` of ``whole`` reaches the share; nothing reaches a share of nothing."""
        if whole <= 0:
            return False
        left, right = part * self.denominator, whole * self.numerator
        return left > right if self.strict else left >= right

    def least(self, whole: int) -> int:
        """Return the smallest part of ``whole`` that reaches the share; ``whole`` + 1 where no part of it does."""
        exact, rest = divmod(whole * self.numerator, self.denominator)
        return exact + 1 if self.strict or rest else max(exact, 0)

    @property
    def sign(self) -> str:
        """The operator, as tables print it."""
        return ">" if self.strict else "≥"

    def __str__(self) -> str:
        return f"{self.sign} {self.numerator}/{self.denominator}"


@dataclass(frozen=True, slots=True)
class VotingRule:
    """How a matter is decided from ``effective_on`` until a newer version of the same matter begins.

    ``written_opinions_count``: the votes of absent members who filed a formal opinion before the meeting are counted in
    the votes; they are not present and do not help the quorum.
    """

    matter: str
    effective_on: date
    quorum: Share
    majority: Share
    majority_of: Of
    written_opinions_count: bool
    basis: str


def rule_on(rules: Iterable[VotingRule], matter: str, on: date) -> VotingRule:
    """Return the version of a matter's rule that is in force on a day. Raises Refused where there is none."""
    found = [rule for rule in rules if rule.matter == matter and rule.effective_on <= on]
    if not found:
        raise Refused(
            _("No rule of voting for “{matter}” is in force on {day}: add a version that begins by then.").format(
                matter=matter, day=on.isoformat()
            ),
            "matter",
        )
    return max(found, key=lambda rule: rule.effective_on)


@dataclass(frozen=True, slots=True)
class Votes:
    """What was counted: in the meeting, and (``written_``) in formal opinions filed by absent members before it."""

    ayes: int
    noes: int = 0
    abstentions: int = 0
    written_ayes: int = 0
    written_noes: int = 0

    @property
    def cast(self) -> int:
        """Votes of those present."""
        return self.ayes + self.noes + self.abstentions

    @property
    def written(self) -> int:
        """Formal opinions of absent members."""
        return self.written_ayes + self.written_noes


@dataclass(frozen=True, slots=True)
class Decision:
    """What a vote decided, with every number that led there.

    ``whole`` is the denominator of the majority, ``in_favour`` the votes counted for it, ``needed`` the fewest that pass.
    """

    quorate: bool
    passed: bool
    entitled: int
    present: int
    quorum_needed: int
    whole: int
    in_favour: int
    needed: int


def is_quorate(rule: VotingRule, *, entitled: int, present: int) -> bool:
    """True where enough of those entitled are present. Raises Refused where the numbers contradict each other."""
    check_attendance(entitled=entitled, present=present)
    return rule.quorum.reached(present, entitled)


def check_attendance(*, entitled: int, present: int) -> None:
    """Refuse numbers of people that cannot be."""
    if entitled < 0 or present < 0:
        raise Refused(_("Numbers of people cannot be negative."), "present")
    if present > entitled:
        raise Refused(
            _("{present} entitled members are said to be present, but only {entitled} are entitled: correct one of them.")
            .format(present=present, entitled=entitled),
            "present",
        )  # fmt: skip


def check_votes(votes: Votes, *, entitled: int, present: int) -> None:
    """Refuse counts that cannot be: more votes than people, more written opinions than absent members."""
    check_attendance(entitled=entitled, present=present)
    if min(votes.ayes, votes.noes, votes.abstentions, votes.written_ayes, votes.written_noes) < 0:
        raise Refused(_("Numbers of votes cannot be negative."), "ayes")
    if votes.cast > present:
        raise Refused(
            _("{cast} votes were counted, but only {present} entitled members were present: count again.").format(
                cast=votes.cast, present=present
            ),
            "ayes",
        )
    if votes.written > entitled - present:
        raise Refused(
            _("{written} written opinions were counted, but only {absent} entitled members were absent.").format(
                written=votes.written, absent=entitled - present
            ),
            "written_ayes",
        )


def decide(rule: VotingRule, *, entitled: int, present: int, votes: Votes) -> Decision:
    """Return what a vote decided under a rule. Without a quorum nothing passes, whatever the votes.

    Raises Refused where the numbers contradict each other.
    """
    check_votes(votes, entitled=entitled, present=present)
    quorate = rule.quorum.reached(present, entitled)
    written = rule.written_opinions_count
    in_favour = votes.ayes + (votes.written_ayes if written else 0)
    whole = entitled if rule.majority_of is Of.ENTITLED else present + (votes.written if written else 0)
    return Decision(
        quorate=quorate,
        passed=quorate and rule.majority.reached(in_favour, whole),
        entitled=entitled,
        present=present,
        quorum_needed=rule.quorum.least(entitled),
        whole=whole,
        in_favour=in_favour,
        needed=rule.majority.least(whole),
    )
