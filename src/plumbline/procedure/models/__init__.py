"""Tables: standard procedures and their running cases."""

from plumbline.procedure.models.case import Case, CaseNow, CasePerson, PersonalAnswer, Seat, StepEvent, Waiting
from plumbline.procedure.models.figures import FigureRun, StepFigure
from plumbline.procedure.models.procedure import Procedure, ProcedureDraft, ProcedureVersion

__all__ = [
    "Case", "CaseNow", "CasePerson", "FigureRun", "PersonalAnswer", "Procedure", "ProcedureDraft", "ProcedureVersion",
    "Seat", "StepEvent", "StepFigure", "Waiting",
]  # fmt: skip
