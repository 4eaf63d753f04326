"""What the results of a round are called where other floors meet them."""

from typing import Final

RESULT: Final = "assessment.result"
"""The kind of fact that a passed-up result becomes at the level above (assessment.facts)."""
