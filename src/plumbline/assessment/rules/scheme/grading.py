"""From score to grade: bands, gates, direct qualification, extra conditions, vetoes, quotas (DOMAIN 1.3, R18 to R21).

The order is declared in the scheme (``Scheme.steps``); left out, it is that of DOMAIN part 10.
"""

from typing import Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from plumbline.assessment.rules.scheme.values import Amount, Label, Part, Scalar, Share, Source, Text, Values


class Band(Part):
    """A grade for scores of at least ``min``; the better band's lower bound is this one's upper, outside it.

    Scores are compared as they are, before they are rounded for display. ``below`` may repeat the upper bound, as printed
    tables do; it is checked against the better band.
    """

    min: Amount
    below: Amount | None = None
    grade: Label
    name: Text | None = None


class Metric(Part):
    """A share from facts: those with ``options`` among all but the ``ignored``, by quantity."""

    source: Source
    attribute: str = "option"
    options: Values
    ignored: list[Scalar] = Field(default_factory=list)


class Gate(Part):
    """R19: a metric below ``below`` shuts out the grades ``excludes``; ``missing`` says what no answers at all mean."""

    code: Label
    text: Text
    metric: Metric
    below: Share
    excludes: list[Label] = Field(min_length=1)
    missing: Literal["passes", "shuts"]


class Veto(Part):
    """R18: such a fact fails the unit, caps its grade, or bars the top grade.

    ``fail`` gives the lowest grade; ``cap`` gives at best ``grade``; ``bar_top`` shuts out the best grade alone. Instead of
    a ``source``, ``bottom: 3`` names the last three places of the class by score (whoever shares such a place is among them).
    """

    code: Label
    text: Text
    source: Source | None = None
    bottom: int | None = Field(default=None, ge=1, le=100_000)
    at_least: int = Field(default=1, ge=1)
    effect: Literal["fail", "cap", "bar_top"]
    grade: Label | None = None

    @model_validator(mode="after")
    def _cap_names_a_grade(self) -> "Veto":
        if (self.effect == "cap") != (self.grade is not None):
            raise ValueError(
                _("A veto with the effect “cap” names the best grade still open; the other effects name none.")
            )
        return self

    @model_validator(mode="after")
    def _one_cause(self) -> "Veto":
        if (self.source is None) == (self.bottom is None):
            raise ValueError(_("A veto has either a “source” or “bottom”, the number of last places."))
        return self


class Condition(Part):
    """R20: ``grade`` (or better) also needs ``at_least`` such facts; whoever has fewer gets the next grade below it."""

    code: Label
    text: Text
    grade: Label
    source: Source
    at_least: int = Field(default=1, ge=1)


class Direct(Part):
    """R21: ``at_least`` such facts give ``grade`` directly, where the grade so far is not better.

    ``no_worse_than`` keeps out whoever is below that grade so far.
    """

    code: Label
    text: Text
    grade: Label
    source: Source
    at_least: int = Field(default=1, ge=1)
    no_worse_than: Label | None = None


StepName = Literal["gates", "direct", "conditions", "vetoes", "quotas"]
STEPS: tuple[StepName, ...] = ("gates", "direct", "conditions", "vetoes", "quotas")
"""The order after the score where a scheme declares none. Grades barred by a sub-score (R13) belong to the gates."""


class Quota(Part):
    """The largest share of a class that may have ``grade`` or better, or so many ``units``; the rest get the next grade.

    ``rounding`` turns the share of the class into a number of units. ``ties`` at the cut: ``include`` lets all equal scores in,
    ``exclude`` leaves them all out.
    """

    grade: Label
    share: Share | None = None
    units: int | None = Field(default=None, ge=0, le=1_000_000)
    rounding: Literal["floor", "half_up", "ceil"] | None = None
    ties: Literal["include", "exclude"]

    @model_validator(mode="after")
    def _one_measure(self) -> "Quota":
        if (self.share is None) == (self.units is None):
            raise ValueError(_("A quota has either a “share” of the class or “units”, how many of them."))
        if (self.share is None) != (self.rounding is None):
            raise ValueError(_("A quota by “share” says its “rounding”; one by “units” has nothing to round."))
        return self
