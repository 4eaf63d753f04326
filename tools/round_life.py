"""Write docs/round-life.md: the states of a round and what leads from one to the next; a test compares it."""

import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "round-life.md"
HEAD = """# The life of a round 考核的全过程

A round of assessment is in one state at a time; the table below is all that can happen to it, and the code reads the same table.
This page is written by `python tools/round_life.py` from `TRANSITIONS` in `src/plumbline/assessment/rules/rounds.py`.

本页由 `python tools/round_life.py` 根据 `src/plumbline/assessment/rules/rounds.py` 中的 `TRANSITIONS` 生成。

## States 状态

| state 状态 | meaning 含义 |
|---|---|"""
STATES = {
    "draft": "in preparation: units, what does not apply, calendar 准备中：单位、不适用项、日程",
    "open": "open: self-reports, inspection, verification, review 已开放：自评、检查、核分、复核",
    "frozen": "frozen: the inputs are kept and never change 已冻结：数据封存，不再变化",
    "scoring": "being scored 正在计分",
    "scored": "scored: the results can be explained, not yet public 已计分：结果可解释，尚未公示",
    "public": "on public notice: units may object 公示中：单位可提异议",
    "final": "final and read-only for ever 已定稿，永久只读",
}
EVENTS = {
    "change": "change units or what does not apply 调整单位或不适用项",
    "open": "open for reports 开放填报",
    "freeze": "freeze 冻结",
    "start": "start scoring 开始计分",
    "finish": "scoring finished 计分完成",
    "fail": "scoring failed 计分失败",
    "reopen": "open again, with a reason 说明理由后重新打开",
    "publish": "put on public notice 公示",
    "amend": "freeze anew after publication, with a reason 公示后说明理由重新冻结",
    "conclude": "make final 定稿",
}


def lines() -> Iterator[str]:
    """Give the document line by line; raises KeyError where a state or an event has no words here."""
    from plumbline.assessment.rules.rounds import TRANSITIONS, RoundState

    yield HEAD
    for state in RoundState:
        yield f"| `{state}` | {STATES[state]} |"
    yield "\n## Diagram 状态图\n\n```mermaid\nstateDiagram-v2\n    [*] --> draft"
    for (source, event), target in TRANSITIONS.items():
        yield f"    {source} --> {target}: {event}"
    yield "    final --> [*]\n```\n\n## Transitions 状态变化\n"
    yield "| from 从 | event 事件 | to 到 | what happens 说明 |\n|---|---|---|---|"
    for (source, event), target in TRANSITIONS.items():
        yield f"| `{source}` | `{event}` | `{target}` | {EVENTS[event]} |"


def document() -> str:
    """Return the whole document."""
    return "\n".join(lines()).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{TARGET} written\n")
