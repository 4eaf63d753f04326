"""The types of scoring rule (DOMAIN 1.1); each is data, and each has its page in docs/algorithms."""

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from plumbline.assessment.rules.scheme.base import Read, RuleBase
from plumbline.assessment.rules.scheme.deductions import (
    ExcessRule,
    Level,
    MultipliedRule,
    RepeatRule,
    SeverityRule,
    SubScoreRule,
)
from plumbline.assessment.rules.scheme.judgements import AssessedRule, OptionMeanRule, RankDecrementRule
from plumbline.assessment.rules.scheme.values import Amount, Part, Points, ResultSource, Scalar, Share, Source, Values


class _Taking(RuleBase):
    """A rule that can only take."""

    @property
    def takes(self) -> bool:
        """Always."""
        return True


class _Reported(RuleBase):
    """A rule that needs at least one fact."""

    @property
    def needs_report(self) -> bool:
        """Always."""
        return True


class MissingRule(_Taking):
    """R1: so many are required, each one missing costs ``deduct``; an item never falls below zero."""

    type: Literal["missing"]
    source: Source
    required: int = Field(ge=1, le=100_000)
    deduct: Points


class FlawRule(_Taking):
    """R2: ``deduct`` is lost where such a fact is present (a finding), or where it is absent (no plan filed)."""

    type: Literal["flaw"]
    source: Source
    deduct: Points
    when: Literal["present", "absent"] = "present"


class TierRule(_Reported):
    """R4: the level in the latest fact's ``attribute`` gives the points of that level."""

    type: Literal["tier"]
    source: Source
    attribute: str = "level"
    levels: dict[Scalar, Points] = Field(min_length=1)


class StandardsRule(RuleBase):
    """R5: of the ``standards`` named in ``attribute``, so many are met; ``award[k]`` are the points for k of them."""

    type: Literal["standards"]
    source: Source
    attribute: str = "criterion"
    standards: list[Scalar] = Field(min_length=1, max_length=50)
    award: list[Points]

    @model_validator(mode="after")
    def _one_award_for_each_count(self) -> "StandardsRule":
        if len(self.award) != len(self.standards) + 1:
            told = _("“award” needs %(values)s values: for 0, 1, … %(standards)s standards met.")
            raise ValueError(told % {"values": len(self.standards) + 1, "standards": len(self.standards)})
        if len(set(self.standards)) != len(self.standards):
            raise ValueError(_("A standard is named twice."))
        return self


class ShortfallRule(_Reported):
    """R6: below ``target`` each ``step`` costs ``deduct``.

    The value is the quantity in millionths (a count, where the source counts), or ``source / over`` in per cent, rounded half up
    to a millionth of a per cent.

    ``target: class_average`` is the average of the class, of the units that reported, rounded half up to a millionth.
    ``steps``: ``whole`` counts full steps only, ``started`` counts a begun step, ``proportional`` counts exactly.
    """

    type: Literal["shortfall"]
    source: ResultSource
    over: ResultSource | None = None
    target: Level
    step: Points
    deduct: Points
    steps: Literal["whole", "started", "proportional"] = "whole"

    @model_validator(mode="after")
    def _step_is_something(self) -> "ShortfallRule":
        if self.step == 0:
            raise ValueError(_("“step” must be more than 0."))
        return self

    def reads(self, _scheme: str, _node: str, /) -> Iterator[Read]:
        """See RuleBase.reads."""
        yield from super().reads(_scheme, _node)
        if self.over is not None:
            yield Read("over", self.over)

    @property
    def takes(self) -> bool:
        """Always."""
        return True


class RankRule(_Reported):
    """R9: the rank within the class gives the points of ``table``; ``beyond`` for every later rank.

    ``rank_of: value`` ranks the units by their measure, the highest first (equal values share the better rank);
    ``rank_of: given`` takes the reported value itself as the rank (a quantity in millionths: 3 is the third place).
    """

    type: Literal["rank"]
    source: ResultSource
    rank_of: Literal["value", "given"] = "value"
    table: list[Points] = Field(min_length=1, max_length=500)
    beyond: Points = Field(default=0, validate_default=True)


class RatioRule(_Reported):
    """R11: own value / best value of the class x ``base``, rounded half up to a micro-point."""

    type: Literal["ratio_to_best"]
    source: ResultSource
    base: Points


class VoteBand(Part):
    """The points for a share of votes that is at least ``share`` (and below the next band's)."""

    share: Share
    points: Points


class VoteFallback(Part):
    """Below all bands: ``points`` where the share of the ``options`` is below ``below``, else ``otherwise``."""

    options: Values
    below: Share
    points: Points
    otherwise: Points


class VoteRule(_Reported):
    """R12: the share of votes for ``options`` among all votes but those ``ignored`` falls into a band."""

    type: Literal["vote_bands"]
    source: Source
    attribute: str = "option"
    options: Values
    ignored: list[Scalar] = Field(default_factory=list)
    bands: list[VoteBand] = Field(min_length=1)
    fallback: VoteFallback


class BonusRule(RuleBase):
    """R17: each fact (or unit of quantity) earns ``points``; ``cap`` limits the sum, without it the bonus is as actual."""

    type: Literal["each"]
    source: Source
    points: Amount

    @property
    def gives(self) -> bool:
        """True where a fact does not cost."""
        return self.points >= 0


class ResultRule(_Reported):
    """By result: the reported quantity, in millionths, is the points."""

    type: Literal["result"]
    source: ResultSource

    @model_validator(mode="after")
    def _is_the_quantity(self) -> "ResultRule":
        if self.source.measure != "quantity":
            raise ValueError(_("A result is the reported quantity; leave “measure” and “per” out."))
        return self

    @property
    def gives(self) -> bool:
        """Never for sure: a result may be below zero."""
        return False


Rule = Annotated[
    MissingRule
    | FlawRule
    | TierRule
    | StandardsRule
    | ShortfallRule
    | RankRule
    | RatioRule
    | VoteRule
    | BonusRule
    | ResultRule
    | AssessedRule
    | RepeatRule
    | ExcessRule
    | RankDecrementRule
    | SubScoreRule
    | MultipliedRule
    | SeverityRule
    | OptionMeanRule,
    Field(discriminator="type"),
]
