"""The fact kinds that the assessment itself posts: what an assessor chose, so that scores read facts and nothing else."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from plumbline.assessment.rules.results import RESULT
from plumbline.assessment.rules.scheme.judgements import JUDGED
from plumbline.ledger.api import AttributeSpec, FactKindSpec

STAGES: Final = ("verified", "reviewed")
"""Who chose: the assessor who verified, or the review that came after."""

KINDS: Final = (
    FactKindSpec(
        JUDGED,
        _("Points chosen by an assessor"),
        _(
            "The points that an assessor chose for one indicator within the range that its rule allows, with the reason."
        ),
        _("millionths of a point"),
        (
            AttributeSpec("scheme", "text", True, meaning=_("Code of the scheme."), label=_("scheme")),
            AttributeSpec(
                "node", "text", True, meaning=_("Code of the indicator in the scheme."), label=_("indicator")
            ),
            AttributeSpec(
                "stage",
                "choice",
                True,
                choices=STAGES,
                meaning=_("Chosen on verification, or changed by a review."),
                label=_("stage"),
            ),
            AttributeSpec("reason", "text", True, meaning=_("Why so many points."), label=_("reason")),
        ),
        places=6,
        minimum=None,
        filed_by=("administrator", "assessor"),
        entry_measure=_("points"),
    ),
    FactKindSpec(
        RESULT,
        _("Result of a round passed up"),
        _(
            "The score of a unit in a published round of the level below, as its committee passed it up, with the hash "
            "under which it was published."
        ),
        _("millionths of a point"),
        (
            AttributeSpec("round", "text", True, meaning=_("Title of the round."), label=_("round")),
            AttributeSpec("scheme", "text", True, meaning=_("Code of the scheme."), label=_("scheme")),
            AttributeSpec("class", "text", True, meaning=_("Class in which it was ranked."), label=_("class")),
            AttributeSpec("units", "integer", True, meaning=_("How many units the class had."), label=_("units")),
            AttributeSpec("rank", "integer", meaning=_("Rank within the class."), label=_("rank")),
            AttributeSpec("grade", "text", meaning=_("Grade that was awarded."), label=_("grade")),
            AttributeSpec(
                "result_hash", "text", True, meaning=_("Hash of the published result."), label=_("hash of the result")
            ),
        ),
        places=6,
        minimum=None,
        filed_by=(),
        entry_measure=_("points"),
    ),
)
