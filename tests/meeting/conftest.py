"""Fixtures of the meetings' tests; what they import waits until Django is ready."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.meeting.branch import Branch


@pytest.fixture
def branch(db: None) -> "Branch":
    """Return a branch of six full members and one probationary one, with accounts for secretary, recorder and two more."""
    from tests.meeting.branch import build

    return build()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are read in English here, whatever language a page spoke in the test before."""
    from django.utils import translation

    with translation.override("en"):
        yield
