"""The fact kinds of this area beside the shipped ``obligation.closed``: what dues were paid for a month."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from plumbline.ledger.api import AttributeSpec, FactKindSpec

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
)
