"""The audit: whole, append-only, named where the account still stands, and read by few."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import audit
from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, User
from tests.kernel.people import AT, somebody

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def test_a_change_is_kept_with_its_values_as_json() -> None:
    by = somebody("wang")
    by = Actor(by.pseudonym, by.user_id, address="10.0.0.7")
    audit.record(
        by=by, at=AT, action="organisation.change_unit", subject="unit:17",
        old={"name": "A", "since": date(2020, 1, 1), "kept": 1}, new={"name": _("Members"), "since": None, "kept": 1},
        reason="renamed",
    )  # fmt: skip
    [row] = audit.history("unit:17")
    assert (row.at, row.who, row.address, row.action, row.reason) == (
        AT,
        "wang",
        "10.0.0.7",
        "organisation.change_unit",
        "renamed",
    )
    assert row.changes == [("name", "A", "Members"), ("since", "2020-01-01", None)]


def test_a_history_is_newest_first_and_leaves_refusals_out(django_assert_num_queries: Any) -> None:
    by = somebody("wang")
    for number in range(3):
        audit.record(by=by, at=AT, action=f"a.{number}", subject="unit:1", new={"n": number})
    audit.record_refusal(by=by, at=AT, action="a.refused", subject="unit:1")
    with django_assert_num_queries(2):
        assert [row.action for row in audit.history("unit:1")] == ["a.2", "a.1", "a.0"]
    assert [row.action for row in audit.history("unit:1", limit=1)] == ["a.2"]
    assert audit.history("unit:2") == []


def test_many_rows_in_few_statements(django_assert_num_queries: Any) -> None:
    rows = [(f"member:{number}", None, {"n": number}) for number in range(500)]
    with django_assert_num_queries(1):
        audit.record_many(by=Actor.system("import"), at=AT, action="x.import", rows=rows, reason="roster")
    assert audit.history("member:7")[0].who == "system:import"


def test_a_persons_erasure_leaves_the_pseudonym() -> None:
    by = somebody("wang")
    audit.record(by=by, at=AT, action="a.b", subject="unit:1")
    User.objects.all().delete()
    assert audit.history("unit:1")[0].who == by.pseudonym


@pytest.mark.parametrize(
    "statement",
    ["UPDATE kernel_auditentry SET action = 'x'", "DELETE FROM kernel_auditentry", "TRUNCATE kernel_auditentry"],
)
def test_the_database_refuses_every_change(statement: str) -> None:
    audit.record(by=Actor.system("test"), at=AT, action="a.b", subject="unit:1")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_entries_are_filtered() -> None:
    wang, li = somebody("wang"), somebody("li")
    audit.record(by=wang, at=AT, action="ledger.post", subject="fact:1")
    audit.record(by=li, at=LATER, action="ledger.correct", subject="fact:2")
    audit.record_refusal(by=li, at=LATER, action="organisation.read_unit" + "x" * 100, subject="unit:9" + "9" * 200)

    def found(**wanted: Any) -> list[str]:
        return [entry.action[:22] for entry in audit.entries(**wanted)]

    assert found() == ["organisation.read_unit", "ledger.correct", "ledger.post"]
    assert found(who="wang") == found(who=wang.pseudonym) == found(who="wan") == ["ledger.post"]
    assert found(who="nobody") == []
    assert found(action="ledger.") == ["ledger.correct", "ledger.post"]
    assert found(subject="fact:2") == found(within="fact:", since=LATER) == ["ledger.correct"]
    assert found(before=LATER) == ["ledger.post"]
    assert found(refused=True) == ["organisation.read_unit"]
    assert found(refused=False) == ["ledger.correct", "ledger.post"]


def test_few_may_read_it() -> None:
    for role in ("administrator", "auditor"):
        top, below = somebody(f"top-{role}", (role, "/1/")), somebody(f"below-{role}", (role, "/1/2/"))
        audit.record(by=below, at=AT, action="a.b", subject="unit:2")
        audit.record(by=top, at=AT, action="a.b", subject="unit:1")
        audit.check_read(top)
        audit.check_read(below)
        assert audit.entries(top).count() == AuditEntry.objects.count()
        assert [entry.actor for entry in audit.entries(below)] == [below.pseudonym]
    audit.check_read(Actor.system("doctor"))
    for actor in (PUBLIC, somebody("plain"), somebody("secretary", ("secretary", "/1/"))):
        with pytest.raises(NotPermitted):
            audit.check_read(actor)
