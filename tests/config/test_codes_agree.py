"""Schemes, the catalogue of required work and the areas that post facts meet in codes: what is counted can be posted."""

from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Any

import pytest
import yaml

from plumbline.ledger import api as ledger
from plumbline.meeting import api as meeting
from plumbline.obligation import api as obligation

FILED_BY_HAND = {"leading_group"}
"""Kinds of meeting that an installation adds for itself before it records them."""


def sources(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every source of facts that a scheme names."""
    if isinstance(node, dict):
        if "kind" in node and "where" in node:
            yield node
        for value in node.values():
            yield from sources(value)
    elif isinstance(node, list):
        for value in node:
            yield from sources(value)


def schemes() -> list[tuple[str, Any]]:
    """Return the shipped schemes as plain data."""
    folder = resources.files("plumbline.assessment") / "data"
    return [
        (entry.name, yaml.safe_load(entry.read_text(encoding="utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    ]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.django_db
def test_every_meeting_that_a_scheme_counts_can_be_held() -> None:
    held = {kind.code for kind in meeting.kinds_on(date(2026, 11, 20))}
    counted = {
        code
        for _name, scheme in schemes()
        for source in sources(scheme)
        if source["kind"] == "meeting.held"
        for code in listed(source["where"].get("meeting_kind", []))
    }
    assert counted
    assert counted <= held


@pytest.mark.django_db
def test_every_visit_that_a_scheme_counts_can_be_recorded() -> None:
    visit = next(kind for kind in ledger.kinds() if kind.code == "contact.visit").attribute("purpose")
    counted = {
        purpose
        for _name, scheme in schemes()
        for source in sources(scheme)
        if source["kind"] == "contact.visit"
        for purpose in listed(source["where"].get("purpose", []))
    }
    assert counted
    assert visit is not None
    assert counted <= set(visit.choices)


@pytest.mark.django_db
def test_whatever_the_catalogue_asks_can_be_posted() -> None:
    held = {kind.code for kind in meeting.kinds_on(date(2026, 11, 20))} | {"talk"} | FILED_BY_HAND
    kinds = {kind.code: kind for kind in ledger.kinds()}
    for one in obligation.shipped_rhythms():
        asked = one.requirement(date(2026, 1, 1))
        assert set(asked.where.get("meeting_kind", ())) <= held, one.code
        if asked.fact_kind:
            names = {attribute.name for attribute in kinds[asked.fact_kind].attributes}
            assert set(asked.where) <= names, one.code
