"""Letters for tests, built from the parts that a test is about."""

from datetime import date
from typing import Any

from plumbline.responsibility.rules.letter_document import DutyText, LetterText, PartyText, TargetText

UPPER = PartyText(unit_code="WC", unit="Working Committee", post_code="secretary", post="Secretary")
LOWER = PartyText(unit_code="B-01", unit="Finance Bureau Branch", post_code="secretary", post="Secretary")


def duty(code: str, **more: Any) -> DutyText:
    """Return a duty of 2026 with believable words."""
    given: dict[str, Any] = {
        "title": f"Duty {code}", "extent_target": "4", "starts_on": date(2026, 1, 1), "due_on": date(2026, 12, 31)
    }  # fmt: skip
    return DutyText(code=code, **{**given, **more})


def target(code: str, points: int, *duties: DutyText) -> TargetText:
    """Return a target with its points in micro-points."""
    return TargetText(code=code, title=f"Target {code}", points=points, duties=duties)


def letter(*targets: TargetText, **more: Any) -> LetterText:
    """Return a letter of 2026 whose points add up."""
    given: dict[str, Any] = {
        "year": 2026, "title": "Letter of responsibility 2026", "upper": UPPER, "lower": LOWER, "targets": targets,
        "points": sum(one.points for one in targets),
    }  # fmt: skip
    return LetterText(**{**given, **more})
