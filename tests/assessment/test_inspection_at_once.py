"""The same finding on two ways at once, and a finding in the moment of the freeze: one fact, or none that would not count."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Finding, Round
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from tests.assessment import county as small
from tests.assessment import inspected
from tests.assessment.inspected import AT, no_plan, photo

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run works in threads of their own that begin at the same moment; return what each gave or raised."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[index] = work()
        except Exception as problem:
            results[index] = problem  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, work)) for index, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def site() -> tuple[Round, Actor, int]:
    county = small.build()
    round_, ann = inspected.planned(county), inspected.account(county, "ann")
    first = inspected.team(county, round_, "First", ann)
    unit = county["B1"].pk
    assessment.assign(by=county.actor("administrator"), at=AT, round_id=round_.pk, unit_ids=[unit], team_id=first.pk)
    return round_, inspected.actor(ann), unit


def test_a_finding_sent_on_two_ways_at_once_is_one_fact(site: tuple[Round, Actor, int]) -> None:
    round_, ann, unit = site
    for _time in range(5):
        key = uuid4()

        def send(key: Any = key) -> assessment.Receipt:
            return assessment.record_finding(
                by=ann, at=AT, key=key, round_id=round_.pk, unit_id=unit, draft=no_plan(), uploads=[photo()]
            )

        found = together(send, send, send)
        assert sorted(receipt.known for receipt in found) == [False, True, True]
        assert len({receipt.fact_id for receipt in found}) == 1
    assert Finding.objects.count() == 5
    assert ledger.current_facts(None, kinds=["finding.recorded"]).count() == 5


def test_a_finding_beside_a_freeze_is_in_the_snapshot_or_refused(
    site: tuple[Round, Actor, int], settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    round_, ann, unit = site
    boss = Actor.system("boss")

    def send() -> assessment.Receipt:
        return assessment.record_finding(by=ann, at=AT, key=uuid4(), round_id=round_.pk, unit_id=unit, draft=no_plan())

    results = together(send, lambda: assessment.freeze(by=boss, at=AT, round_id=round_.pk), send, send)
    round_.refresh_from_db()
    assert round_.state == "frozen"
    assert round_.snapshot is not None
    kept = ledger.current_facts(None, kinds=["finding.recorded"])
    assert all(fact.pk <= round_.snapshot.manifest["watermark"] for fact in kept)
    refused = [one for one in results if isinstance(one, assessment.Refused)]
    assert kept.count() + len(refused) == 3
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, assessment.Refused)]
