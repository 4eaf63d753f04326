"""Fixtures of the ledger's tests; what they import waits until Django is ready."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ledger.committee import Committee


@pytest.fixture
def committee(db: None) -> "Committee":
    """Return a small committee: 1 working committee, 2 branches, and actors for each role."""
    from tests.ledger.committee import build

    return build()
