"""Rules that take: repeats, excess, deductions made elsewhere, severities, and what a sub-score costs (DOMAIN 1.1)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from plumbline.assessment.rules.scheme.base import Read, RuleBase
from plumbline.assessment.rules.scheme.values import Amount, Label, Part, Points, ResultSource, Scalar, Source

Average = Literal["class_average"]
Level = Annotated[Amount | Average, Field(union_mode="left_to_right")]
"""A number, or the average of the class: of its units that reported, rounded half up."""


class RepeatRule(RuleBase):
    """R7: found once, twice, ... costs ``costs[0]``, ``costs[1]``, ...; the last holds for every further time.

    ``all`` takes everything that the indicator could have given: the item becomes 0.
    """

    type: Literal["repeat"]
    source: Source
    costs: list[Annotated[Points | Literal["all"], Field(union_mode="left_to_right")]] = Field(
        min_length=1, max_length=100
    )

    @property
    def takes(self) -> bool:
        """Always."""
        return True


class ExcessRule(RuleBase):
    """R8: above ``limit`` each ``step`` costs ``deduct``; measured and counted as a shortfall (R6) is, upwards.

    ``limit: class_average`` is the average of the class, of the units that reported, rounded half up to a millionth.
    """

    type: Literal["excess"]
    source: ResultSource
    over: ResultSource | None = None
    limit: Level
    step: Points = Field(default=1, validate_default=True)
    deduct: Points
    steps: Literal["whole", "started", "proportional"] = "whole"

    @model_validator(mode="after")
    def _step_is_something(self) -> "ExcessRule":
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

    @property
    def needs_report(self) -> bool:
        """Always."""
        return True


class MultipliedRule(RuleBase):
    """R14: points lost elsewhere, reported as a positive quantity in millionths, times ``factor``, rounded half up.

    ``effect: add`` gives them instead. A sum below zero counts as none.
    """

    type: Literal["multiplied"]
    source: ResultSource
    factor: Points = Field(le=1000)
    effect: Literal["deduct", "add"] = "deduct"

    @model_validator(mode="after")
    def _is_the_quantity(self) -> "MultipliedRule":
        if self.source.measure != "quantity":
            raise ValueError(_("What is multiplied is the reported quantity; leave “measure” and “per” out."))
        return self

    @property
    def takes(self) -> bool:
        """True for a deduction."""
        return self.effect == "deduct"


class SeverityRule(RuleBase):
    """R15: each severity in ``attribute`` costs its points; of one case in one department only the heaviest counts, once.

    The same case in different departments counts in each. Facts without a case are cases of their own, as many as their
    quantity says; a severity that is not in ``costs`` costs ``otherwise``.
    """

    type: Literal["severity"]
    source: Source
    attribute: str = "severity"
    case: str = "case"
    department: str = "department"
    costs: dict[Scalar, Points] = Field(min_length=1, max_length=100)
    otherwise: Points = Field(default=0, validate_default=True)

    def reads(self, _scheme: str, _node: str, /) -> Iterator[Read]:
        """See RuleBase.reads."""
        yield Read("source", self.source, (self.attribute, self.case, self.department))

    @property
    def takes(self) -> bool:
        """Always."""
        return True


class SubScoreBand(Part):
    """From ``min`` on (up to the next band) ``points`` are given, or taken where negative; ``excludes`` bars grades."""

    min: Amount
    points: Amount
    excludes: list[Label] = Field(default_factory=list)


class SubScoreRule(RuleBase):
    """R13: the score of another indicator ``of`` falls into a band, which costs (or gives) points here and may bar grades.

    ``measure: percent`` is its score in per cent of its points, ``points`` its score itself. Where the other indicator is
    not reported, this rule is not either; where it does not apply, the rule takes and gives nothing.
    """

    type: Literal["sub_score"]
    of: Label
    measure: Literal["percent", "points"] = "percent"
    bands: list[SubScoreBand] = Field(min_length=1, max_length=100)

    def reads(self, _scheme: str, _node: str, /) -> Iterator[Read]:
        """Yield nothing: it reads a score, not facts."""
        yield from ()

    @property
    def takes(self) -> bool:
        """True where no band gives."""
        return all(band.points <= 0 for band in self.bands)

    @property
    def gives(self) -> bool:
        """True where no band takes, and one gives."""
        return not self.takes and all(band.points >= 0 for band in self.bands)

    @property
    def needs_report(self) -> bool:
        """Always; what is needed is the other indicator's score."""
        return True
