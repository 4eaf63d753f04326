"""What the tests of disclosure share."""

import pytest


@pytest.fixture(autouse=True)
def english():
    """Refusals are read in English here, whatever language a page spoke in the test before."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def county(db):
    """Return a small county (see tests/organisation/county.py)."""
    from tests.organisation.county import small_county

    return small_county()
