"""The fact kinds that procedures post: a step that was done, and a case that was closed, with whether it was in time."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from plumbline.ledger.api import AttributeSpec, FactKindSpec

STEP_DONE: Final = "procedure.step_done"
CASE_CLOSED: Final = "procedure.case_closed"
OUTCOMES: Final = ("completed", "withdrawn")

_PROCEDURE = AttributeSpec("procedure", "text", True, meaning=_("Code of the procedure."), label=_("procedure"))

KINDS: Final = (
    FactKindSpec(
        STEP_DONE,
        _("Step of a procedure done"),
        _("A step of a running case was completed; the quantity is how many working days it took."),
        _("working days"),
        (
            _PROCEDURE,
            AttributeSpec("step", "text", True, meaning=_("Code of the step."), label=_("step")),
            AttributeSpec("on_time", "boolean", True, meaning=_("Was it done within its limit?"), label=_("on time")),
            AttributeSpec("key", "boolean", True, meaning=_("Is it a key step?"), label=_("key step")),
            AttributeSpec(
                "visit", "integer", True, meaning=_("Which time it was done, 1 being the first."), label=_("time")
            ),
        ),
        filed_by=(),
    ),
    FactKindSpec(
        CASE_CLOSED,
        _("Case closed"),
        _("A running case was completed or withdrawn; the quantity is how many working days it took as a whole."),
        _("working days"),
        (
            _PROCEDURE,
            AttributeSpec("outcome", "choice", True, choices=OUTCOMES, meaning=_("How it ended."), label=_("outcome")),
            AttributeSpec(
                "on_time", "boolean", True, meaning=_("Did it end within the limit of the whole?"), label=_("on time")
            ),
            AttributeSpec("returns", "integer", True, meaning=_("How often it was returned."), label=_("returns")),
            AttributeSpec(
                "skipped", "integer", True, meaning=_("How many steps were left out."), label=_("steps left out")
            ),
        ),
        filed_by=(),
    ),
)
