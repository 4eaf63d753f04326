"""How sure a result is: ranks and grades when the assumptions move (docs/algorithms/uncertainty.md).

Pure numbers from numbers: a table of shares in, intervals, probabilities and indices out; every draw comes from a seed. Floating
point throughout: nothing here is ever a score or a grade, it says only how far those may be trusted.
"""

from plumbline.assessment.rules.uncertainty.analysis import Analysis, ScenarioResult, analyse
from plumbline.assessment.rules.uncertainty.building import NodePoints, Official, class_table
from plumbline.assessment.rules.uncertainty.comparing import Compared
from plumbline.assessment.rules.uncertainty.drawing import concentration
from plumbline.assessment.rules.uncertainty.evidence import Evidence
from plumbline.assessment.rules.uncertainty.inputs import (
    Bottom,
    ClassTable,
    Gated,
    Mapped,
    QuotaCut,
    Settings,
    SurveyError,
    Weighting,
)
from plumbline.assessment.rules.uncertainty.scenarios import SURVEYS, TOGETHER, WEIGHTS, scenario_names
from plumbline.assessment.rules.uncertainty.surveys import mean_error, monte_carlo_error, rate_error

__all__ = [
    "SURVEYS",
    "TOGETHER",
    "WEIGHTS",
    "Analysis",
    "Bottom",
    "ClassTable",
    "Compared",
    "Evidence",
    "Gated",
    "Mapped",
    "NodePoints",
    "Official",
    "QuotaCut",
    "ScenarioResult",
    "Settings",
    "SurveyError",
    "Weighting",
    "analyse",
    "class_table",
    "concentration",
    "mean_error",
    "monte_carlo_error",
    "rate_error",
    "scenario_names",
]
