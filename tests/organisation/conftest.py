"""Fixtures of the organisation's tests."""

import pytest


@pytest.fixture
def county(db):
    """Return a small county (see ``county.py``)."""
    from tests.organisation.county import small_county

    return small_county()
