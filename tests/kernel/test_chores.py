"""Small work of every few seconds: due by its own stopwatch, and one fault harms nobody else."""

import pytest

from plumbline.kernel import chores


def test_each_chore_runs_when_its_seconds_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_chores", {})
    done: list[str] = []
    chores.every("a.often", seconds=2)(lambda: done.append("often"))
    chores.every("b.seldom", seconds=10)(lambda: done.append("seldom"))
    since: dict[str, float] = {}
    ran = [chores.run_due(ticks, since) for ticks in (0.0, 1.9, 2.0, 3.0, 10.0)]
    assert ran == [["a.often", "b.seldom"], [], ["a.often"], [], ["a.often", "b.seldom"]]
    assert done == ["often", "seldom", "often", "often", "seldom"]


def test_a_fault_is_logged_and_the_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_chores", {})
    told: list[str] = []
    monkeypatch.setattr(chores._log, "exception", lambda event, chore: told.append(f"{event} {chore}"))

    def fail() -> None:
        raise RuntimeError("broken")

    chores.every("a.broken", seconds=1)(fail)
    chores.every("b.whole", seconds=1)(lambda: told.append("whole"))
    chores.run_due(0.0, {})
    assert told == ["chore_failed a.broken", "whole"]
