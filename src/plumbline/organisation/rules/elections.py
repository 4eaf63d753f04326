"""Elections: which papers count, who is elected, what a tie at the last seat or an empty seat leads to (DOMAIN 3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.quorum import Of, VotingRule, check_attendance
from plumbline.organisation.rules.terms import add_years

DEFAULT_MARGIN = Fraction(1, 5)
"""How many more candidates than seats a committee election has, as a share of the seats: an editable default ([B])."""
DELEGATES_FROM = 500
"""Members from which an organisation may elect by delegates (DOMAIN 3.2); also where members work far apart."""
LONGEST_SHIFT_YEARS = 1
"""By how much a term may generally be shortened or prolonged (DOMAIN 3.2)."""


class Paper(StrEnum):
    """What one paper is worth."""

    VALID = "valid"
    BLANK = "blank"
    INVALID = "invalid"


class Next(StrEnum):
    """What must follow the count."""

    NOTHING = ""
    RERUN = "rerun"
    REVOTE_TIED = "revote_tied"
    NEW_VOTE = "new_vote"


def judge_paper(chosen: int, seats: int) -> Paper:
    """Return what a paper is worth: choosing more than the seats is invalid, fewer is valid, nobody is blank."""
    if seats < 1:
        raise ValueError("an election has at least one seat")
    if chosen < 0:
        raise ValueError("a paper cannot choose fewer than nobody")
    if chosen > seats:
        return Paper.INVALID
    return Paper.VALID if chosen else Paper.BLANK


def is_ballot_valid(*, issued: int, returned: int) -> bool:
    """True where no more papers came back than were issued; otherwise the whole election is void and runs again."""
    if issued < 0 or returned < 0:
        raise Refused(_("Numbers of papers cannot be negative."), "returned")
    return returned <= issued


@dataclass(frozen=True, slots=True)
class Count:
    """What the tellers counted: papers issued and returned, the invalid ones among these, and votes by candidate."""

    issued: int
    returned: int
    invalid: int
    votes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Election:
    """Who is elected, who is tied at the last seat, how many seats stay empty, and what must follow."""

    quorate: bool
    void: bool
    elected: tuple[str, ...]
    tied: tuple[str, ...]
    vacant: int
    whole: int
    needed: int
    next: Next


def check_count(count: Count, *, present: int, seats: int) -> None:
    """Refuse counts that cannot be: more papers issued than people present, more votes than valid papers could carry."""
    if count.issued > present:
        raise Refused(
            _("{issued} papers were issued to {present} entitled members: issue one to each who is present.").format(
                issued=count.issued, present=present
            ),
            "issued",
        )
    if not 0 <= count.invalid <= count.returned:
        raise Refused(_("There cannot be more invalid papers than papers returned."), "invalid")
    valid = count.returned - count.invalid
    for candidate, votes in count.votes.items():
        if not 0 <= votes <= valid:
            raise Refused(
                _("{candidate} has {votes} votes from {valid} valid papers: count again.").format(
                    candidate=candidate, votes=votes, valid=valid
                ),
                "votes",
            )
    if sum(count.votes.values()) > valid * seats:
        raise Refused(_("There are more votes than the valid papers can carry: count again."), "votes")


def elect(rule: VotingRule, *, entitled: int, present: int, seats: int, count: Count) -> Election:
    """Return the outcome of an election under a rule.

    Elected is who has the majority; where these are more than the seats, those with the most votes. A tie at the last
    seat is voted on again among the tied; a seat that nobody wins is voted on anew (or struck, if a majority agrees).
    Raises Refused where the numbers contradict each other.
    """
    check_attendance(entitled=entitled, present=present)
    if seats < 1:
        raise Refused(_("An election has at least one seat."), "seats")
    whole = entitled if rule.majority_of is Of.ENTITLED else present
    needed = rule.majority.least(whole)
    quorate = rule.quorum.reached(present, entitled)
    void = not is_ballot_valid(issued=count.issued, returned=count.returned)
    if void or not quorate:
        return Election(quorate, void, (), (), seats, whole, needed, Next.RERUN)
    check_count(count, present=present, seats=seats)
    elected, tied = _fill(count.votes, rule, whole, seats)
    vacant = seats - len(elected)
    following = Next.NOTHING if not vacant else Next.REVOTE_TIED if tied else Next.NEW_VOTE
    return Election(quorate, void, elected, tied, vacant, whole, needed, following)


def _fill(
    votes: Mapping[str, int], rule: VotingRule, whole: int, seats: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return those elected, most votes first, and those tied at the last seat."""
    passed = sorted((name for name in votes if rule.majority.reached(votes[name], whole)), key=lambda n: (-votes[n], n))
    if len(passed) <= seats:
        return tuple(passed), ()
    cut = votes[passed[seats - 1]]
    if votes[passed[seats]] < cut:
        return tuple(passed[:seats]), ()
    return tuple(n for n in passed if votes[n] > cut), tuple(n for n in passed if votes[n] == cut)


def least_candidates(seats: int, margin: Fraction = DEFAULT_MARGIN) -> int:
    """Return the fewest candidates for so many seats: the seats and a margin, rounded up."""
    if seats < 1:
        raise ValueError("an election has at least one seat")
    extra = margin * seats
    return seats + -(-extra.numerator // extra.denominator)


def may_use_delegates(members: int, *, is_scattered: bool, since: int = DELEGATES_FROM) -> bool:
    """True where a meeting of delegates may elect: many members, or members who work far apart."""
    return members >= since or is_scattered


def may_shift_term(planned: date, actual: date) -> bool:
    """True where an election on ``actual`` is at most a year before or after the term's end on ``planned``."""
    return add_years(planned, -LONGEST_SHIFT_YEARS) <= actual <= add_years(planned, LONGEST_SHIFT_YEARS)
