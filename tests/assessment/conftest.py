"""What the tests of the assessment share."""

from typing import Any

import pytest


@pytest.fixture
def county(db: None) -> Any:
    """A working committee with three branches and a department."""
    from tests.assessment import county as small  # models can be imported once Django is set up

    return small.build()
