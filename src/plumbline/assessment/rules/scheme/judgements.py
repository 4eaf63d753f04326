"""Rules by which people judge: an assessor's choice, voters' rankings, answers to a survey (DOMAIN 1.1 R3, R10; part 8)."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, model_validator

from plumbline.assessment.rules.scheme.base import Read, RuleBase
from plumbline.assessment.rules.scheme.values import Amount, Points, Scalar, Share, Source, Values

JUDGED = "assessment.judged"
"""The kind of fact that an assessor's choice is: points in millionths; codes of ``scheme`` and indicator (``node``)."""

LOWEST_STEP = Fraction(1, 1000)


class AssessedRule(RuleBase):
    """R3: an assessor chooses the points, within ``least`` and ``most`` (both negative for a deduction), with a reason.

    The latest ``assessment.judged`` fact of the indicator counts, held within the range; 0 is always possible and means that
    it was looked at and nothing was found. ``missing`` says what no judgement means; left out, nothing is taken where the
    range only takes, and the indicator is not reported where it gives.
    """

    type: Literal["assessed"]
    least: Amount
    most: Amount
    missing: Literal["not_reported", "zero"] | None = None

    @model_validator(mode="after")
    def _range_is_something(self) -> "AssessedRule":
        if self.least >= self.most:
            raise ValueError(_("“least” must be below “most”; deductions are negative, such as -7 to -2."))
        return self

    def reads(self, scheme: str, node: str, /) -> Iterator[Read]:
        """Yield the judgements of this indicator of this scheme."""
        yield Read("source", Source(kind=JUDGED, where={"scheme": [scheme], "node": [node]}, measure="quantity"))

    @property
    def takes(self) -> bool:
        """True where the whole range is below zero."""
        return self.most <= 0

    @property
    def gives(self) -> bool:
        """True where the whole range is above zero."""
        return self.least >= 0

    @property
    def needs_report(self) -> bool:
        """See the class."""
        return not self.takes if self.missing is None else self.missing == "not_reported"


class RankDecrementRule(RuleBase):
    """R10: ranked first is worth ``base``; each place lower loses the share ``step`` of it, down to zero.

    The mean over all rankings that voters gave (``attribute`` holds the rank, 1 is the best; the quantity is the number of
    papers), rounded half up once. What is no whole rank of 1 or more is not counted.
    """

    type: Literal["rank_decrement"]
    source: Source
    attribute: str = "rank"
    base: Points
    step: Share

    @model_validator(mode="after")
    def _step_is_something(self) -> "RankDecrementRule":
        if Fraction(self.step) < LOWEST_STEP:
            raise ValueError(_("“step” is a share of at least 0.1 %, such as 2%."))
        return self

    @property
    def needs_report(self) -> bool:
        """Always."""
        return True


def _option_value(value: Decimal) -> Decimal:
    """Bound the values, so that sums of answers stay exact in 64 bits."""
    if value > 1000 or value * 100 != int(value * 100):
        raise ValueError(_("The value of an option lies between 0 and 1,000 and has at most two decimal places."))
    return value


OptionValue = Annotated[Points, AfterValidator(_option_value)]


class OptionMeanRule(RuleBase):
    """The mean of a survey's answers: ``values`` turns options into values, an empty value (null) is not counted.

    Without ``base`` the mean itself is the points; with it, mean / highest value x ``base``; rounded half up once. Options
    that ``values`` does not name are not counted. ``satisfied`` names the options whose share is told beside the mean.
    """

    type: Literal["option_mean"]
    source: Source
    attribute: str = "option"
    values: dict[Scalar, OptionValue | None] = Field(min_length=1, max_length=100)
    base: Points | None = None
    satisfied: Values | None = None

    @model_validator(mode="after")
    def _something_counts(self) -> "OptionMeanRule":
        if not any(self.values.values()):
            raise ValueError(_("At least one option needs a value above 0."))
        for option in self.satisfied or ():
            if self.values.get(option) is None:
                raise ValueError(_("“satisfied” names “%(option)s”, which is not counted.") % {"option": option})
        return self

    @property
    def needs_report(self) -> bool:
        """Always."""
        return True
