"""What the tests of the procedures share."""

from typing import Any

import pytest


@pytest.fixture
def county(db: None) -> Any:
    """A small county with people in their posts."""
    from tests.procedure import county as small  # models can be imported once Django is set up

    return small.build()
