"""Desks, lists and pages ask a fixed number of questions, however many cases run."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumbline.kernel.actor import NotPermitted
from plumbline.procedure import api as procedures
from plumbline.procedure.queries.desks import under
from tests.procedure.county import AT, County, issue, opened


def statements(ask: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_the_number_of_statements_does_not_grow(county: County) -> None:
    version = issue(county)
    s1, admin = county.actor("s1"), county.actor("admin")
    case = opened(county, version)
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="ask")
    asks = {
        "desk": (lambda: procedures.my_cases(s1, AT), 8),
        "to-dos": (lambda: procedures.case_todos(s1, AT), 8),
        "list": (lambda: list(procedures.case_list(admin, AT).page), 16),
        "case": (lambda: procedures.case_view(admin, case.pk, AT), 14),
        "procedures": (lambda: procedures.procedure_list(admin), 4),
        "key points": (lambda: procedures.key_points(admin), 12),
    }
    before = {name: statements(ask) for name, (ask, _most) in asks.items()}
    for number in range(6):
        more = opened(county, version, title=f"Case {number}")
        procedures.complete_step(by=s1, at=AT, case_id=more.pk, step="ask")
    after = {name: statements(ask) for name, (ask, _most) in asks.items()}
    assert after == before
    assert {name for name, (_ask, most) in asks.items() if after[name] > most} == set()


def test_a_desk_is_ordered_by_day_and_cut_into_pages(county: County) -> None:
    version, s1 = issue(county), county.actor("s1")
    for _number in range(3):
        case = opened(county, version)
        procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="ask")
    later = opened(county, version)
    first = procedures.my_cases(s1, AT + timedelta(days=1), size=2)
    assert (first.total, first.pages, [row.step_code for row in first.rows]) == (4, 2, ["hear", "hear"])
    last = procedures.my_cases(s1, AT, page=9, size=2)
    assert (last.page, [row.step_code for row in last.rows]) == (2, ["hear", "ask"])
    assert last.rows[-1].case_id == later.pk
    late = procedures.my_cases(s1, AT + timedelta(days=30))
    assert (late.late, {row.light for row in late.rows}) == (4, {"red"})
    assert all(todo.urgent for todo in procedures.case_todos(s1, AT + timedelta(days=30)))


def test_who_may_read_a_case(county: County) -> None:
    case = opened(county, member_id=county.members["m1"].pk)
    for name in ("admin", "auditor", "mid", "top", "s1", "m1"):
        assert procedures.case_view(county.actor(name), case.pk, AT).seen == 1
    with pytest.raises(NotPermitted):
        procedures.case_view(county.actor("s2"), case.pk, AT)
    listed = {name: procedures.case_list(county.actor(name), AT).page.paginator.count for name in ("m1", "s2", "mid")}
    assert listed == {"m1": 1, "s2": 0, "mid": 1}


def test_scopes() -> None:
    assert under("path", []) == under("path", ())
    assert "unit__path" not in str(under("unit__path", ["/", "/1/"]))
    assert "'/1/'" in str(under("unit__path", ["/1/", "/1/17/"]))
