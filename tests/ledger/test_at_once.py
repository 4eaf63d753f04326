"""Two at the same moment: what the locks and constraints of the database are for."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.ledger.models import Fact
from plumbline.ledger.queries import registries
from tests.ledger.committee import AT, Committee, build, meeting_draft

pytestmark = pytest.mark.django_db(transaction=True)
AREA = Actor.system("test")


@pytest.fixture
def committee(transactional_db: None) -> Committee:
    return build()


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads of their own and return what came of each, exceptions included."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:  # what went wrong is what the test asks about
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("n", [1, 50])
def test_the_same_call_twice_at_once_stores_once(committee: Committee, n: int) -> None:
    drafts = [meeting_draft(committee.first.pk, sender_key=str(k)) for k in range(n)]
    one, two = _at_once(*[lambda: ledger.post_many(by=AREA, at=AT, drafts=drafts)] * 2)
    assert one == two
    assert Fact.objects.count() == n


def test_the_same_file_twice_at_once_is_added_once_and_the_second_told(committee: Committee) -> None:
    content = b"kind,unit,day,meeting_kind\nmeeting.held,B1,2026-03-01,a\nmeeting.held,B1,2026-03-02,a\n"

    def run() -> Any:
        return ledger.import_facts(by=AREA, at=AT, stream=io.BytesIO(content), name="a.csv", dry_run=False)

    outcomes = _at_once(run, run)
    told = [one for one in outcomes if isinstance(one, ledger.AlreadyImported)]
    assert len(told) == 1, outcomes
    assert Fact.objects.count() == 2


def test_of_two_corrections_at_once_one_is_told(committee: Committee) -> None:
    fact = ledger.post_many(by=AREA, at=AT, drafts=[meeting_draft(committee.first.pk)])[0]
    outcomes = _at_once(
        *[
            lambda n=n: ledger.correct(by=AREA, at=AT, fact_id=fact, reason="why", quantity=n)  # type: ignore[misc]
            for n in (2, 3)
        ]
    )
    assert sum(isinstance(one, ledger.CorrectionRefused) for one in outcomes) == 1, outcomes
    assert ledger.current_facts(None).count() == 1


@pytest.mark.parametrize("n", [1, 50])
def test_whoever_files_during_a_freeze_is_in_the_snapshot_or_told(
    committee: Committee, n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[int] = []
    held, asked = Event(), Event()
    monkeypatch.setattr(
        registries, "_locks", [lambda keys: dict.fromkeys(keys, "The round was frozen.") if frozen else {}]
    )
    before = ledger.post_many(by=AREA, at=AT, drafts=[meeting_draft(committee.first.pk)])

    def freeze() -> int:
        with transaction.atomic():
            mark = ledger.watermark_now()
            held.set()
            asked.wait(5)
            frozen.append(mark)
        return mark

    def file() -> Any:
        held.wait(5)
        asked.set()
        drafts = [meeting_draft(committee.first.pk, source="late", sender_key=str(k)) for k in range(n)]
        return ledger.file_facts(by=AREA, at=AT, drafts=drafts, whole=True)

    mark, outcomes = _at_once(freeze, file)
    assert mark == before[0]
    assert all(one.warnings == ("The round was frozen.",) for one in outcomes), outcomes
    assert all(one.fact_id > mark for one in outcomes)
    assert list(ledger.current_facts(None, watermark=mark).values_list("pk", flat=True)) == before


def test_a_watermark_outside_a_transaction_is_refused(committee: Committee) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        ledger.watermark_now()
