"""The fact kinds of this area beside the shipped ``obligation.closed``: dues paid for a month, and supervision slips."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from plumbline.ledger.api import AttributeSpec, FactKindSpec
from plumbline.obligation.rules.slips import SlipKind

SLIP_ISSUED: Final = "slip.issued"
SLIP_ANSWERED: Final = "slip.answered"
_SLIP_KIND = AttributeSpec(
    "slip_kind", "choice", True, choices=tuple(kind.value for kind in SlipKind), meaning=_("How grave the slip is."),
    label=_("kind of slip"),
)  # fmt: skip

KINDS: Final = (
    FactKindSpec(
        "dues.paid",
        _("Dues paid"),
        _("The members' dues of one month were collected and handed over; the quantity is the sum in fen."),
        _("fen"),
        (
            AttributeSpec(
                "month",
                "text",
                True,
                meaning=_("The month for which they were paid, such as 2026-03."),
                label=_("month"),
            ),
            AttributeSpec("payers", "integer", meaning=_("How many members paid."), label=_("paid by")),
        ),
        places=2,
        minimum=1,
        entry_measure=_("yuan"),
    ),
    FactKindSpec(
        SLIP_ISSUED,
        _("Supervision slip issued"),
        _(
            "A reminder, warning, order to rectify or summons to a talk was issued to the unit; withdrawn with the slip."
        ),
        _("slips"),
        (
            _SLIP_KIND,
            AttributeSpec("slip", "text", True, meaning=_("Number of the slip."), label=_("slip")),
            AttributeSpec("important", "boolean", meaning=_("Is it about important work?"), label=_("important")),
        ),
        minimum=1,
        filed_by=(),
    ),
    FactKindSpec(
        SLIP_ANSWERED,
        _("Supervision slip answered"),
        _("The answer to a slip was accepted; the day is that of the answer."),
        _("slips"),
        (
            _SLIP_KIND,
            AttributeSpec("slip", "text", True, meaning=_("Number of the slip."), label=_("slip")),
            AttributeSpec(
                "on_time",
                "boolean",
                True,
                meaning=_("Did the answer come by the day it was asked for?"),
                label=_("on time"),
            ),
            AttributeSpec(
                "returns", "integer", True, meaning=_("How often an answer was given back before."), label=_("returns")
            ),
        ),
        minimum=1,
        filed_by=(),
    ),
)
