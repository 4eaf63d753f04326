"""The variants of lights that counties have published, as data; an installation changes them or writes its own (DOMAIN 7)."""

from typing import Final

from plumbline.obligation.rules.lights import Colour, Consequence, LightRule, Stage

PERIODS: Final = LightRule(
    code="periods",
    stages={
        "month": (Stage(colour=Colour.YELLOW), Stage(colour=Colour.RED, after="quarter")),
        "other": (Stage(colour=Colour.RED),),
    },
    consequences=(Consequence(colour=Colour.RED, in_a_row=3, slip="interview"),),
)
"""Songyang: a month missed is yellow, a quarter missed is red, and so is all else that is missed. What a month owed and
the quarter ended without is red. Three red periods running bring an interview (Longchang)."""

RECOVERABLE: Final = LightRule(
    code="recoverable",
    stages={"other": (Stage(colour=Colour.YELLOW), Stage(colour=Colour.RED, days=20))},
    consequences=(
        Consequence(colour=Colour.YELLOW, slip="reminder"),
        Consequence(colour=Colour.YELLOW, nth=2, slip="warning", points=-1),
        Consequence(colour=Colour.RED, slip="interview", points=-2),
    ),
)
"""Guangyuan: yellow is slow or late and can be made up, the second yellow brings a letter and costs a point; red is no
longer likely to be done, costs two and brings an interview of the head. The 20 working days between them are ours."""

SLIPS: Final = LightRule(
    code="slips",
    warn=Colour.BLUE,
    stages={
        "other": (
            Stage(colour=Colour.BLUE), Stage(colour=Colour.ORANGE, days=5), Stage(colour=Colour.RED, days=10),
        )
    },
    important_from=2,
    consequences=(
        Consequence(colour=Colour.BLUE, slip="reminder"),
        Consequence(colour=Colour.ORANGE, slip="warning"),
        Consequence(colour=Colour.RED, slip="order"),
    ),
)  # fmt: skip
"""Sanming: a blue slip reminds, an orange one warns who is still late without a reason, a red one orders; important work
begins at orange. An accepted reason gives time until its day. The five working days between them are ours."""

SHIPPED: Final = (PERIODS, RECOVERABLE, SLIPS)
