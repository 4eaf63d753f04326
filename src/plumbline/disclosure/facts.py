"""The fact kinds of this area beside the shipped ``disclosure.published``."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from plumbline.ledger.api import AttributeSpec, FactKindSpec

PUBLISHED: Final = "disclosure.published"
WITHDRAWN: Final = "disclosure.withdrawn"

KINDS: Final = (
    FactKindSpec(
        WITHDRAWN,
        _("Item of disclosure withdrawn"),
        _("Something published was withdrawn with a reason, or replaced by a correction."),
        _("items"),
        (
            AttributeSpec(
                "category", "text", True, meaning=_("Code of the category in the catalogue."), label=_("category")
            ),
            AttributeSpec(
                "corrected", "boolean", True, meaning=_("Did a correction take its place?"), label=_("corrected")
            ),
        ),
        minimum=1,
        filed_by=(),
    ),
)
