"""Write docs/slip-life.md: the states of a supervision slip and what leads from one to the next; a test compares it."""

import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "slip-life.md"
HEAD = """# The life of a slip 督办单的全过程

A supervision slip is in one state at a time; the table below is all that can happen to it, and the code reads the same table.
A summons to a talk is recorded and never answered in writing; every other slip is answered.
This page is written by `python tools/slip_life.py` from `TRANSITIONS` in `src/plumbline/obligation/rules/slips.py`.

本页由 `python tools/slip_life.py` 根据 `src/plumbline/obligation/rules/slips.py` 中的 `TRANSITIONS` 生成。
约谈通知单只作记录，其他督办单须书面答复。

## States 状态

| state 状态 | meaning 含义 |
|---|---|"""
STATES = {
    "proposed": "proposed by a rule; the unit does not see it 系统建议，单位不可见",
    "dismissed": "the proposal was dropped, with the reason 建议未采用，留有理由",
    "issued": "issued; waits for its answer or its talk 已发出，待答复或待约谈",
    "answered": "answered; to be checked by somebody else 已答复，待他人核查",
    "closed": "the answer was accepted, or the talk recorded; it may be looked at again 已办结，可回头看",
    "escalated": "followed by a graver slip 已升级督办",
    "withdrawn": "taken back, with its fact 已撤回，事实同时撤回",
}
ACTS = {
    "issue": "a person above the unit issues it 上级人员发出",
    "dismiss": "drop the proposal, with a reason 说明理由不采用建议",
    "answer": "the holder of the post or the secretary answers with evidence 任职者或书记附佐证答复",
    "accept": "somebody else accepts the answer; `slip.answered` is posted 他人认可答复，记入 `slip.answered`",
    "return": "give the answer back with a reason and a new day 说明理由退回并重定期限",
    "extend": "accept a reason and give more time 认可理由，延长期限",
    "escalate": "a graver slip is issued 发出更高级别的督办单",
    "withdraw": "take the slip back, with a reason 说明理由撤回",
    "record": "record that the talk was held, when and how it ended 记录约谈时间和结果",
    "recheck": "looked at again: it stayed mended 回头看：整改已巩固",
    "reopen": "looked at again: it did not; the accepted answer no longer counts 回头看：问题反弹，原答复不再计入",
}


def lines() -> Iterator[str]:
    """Give the document line by line; raises KeyError where a state or an act has no words here."""
    from plumbline.obligation.rules.slips import LADDER, TRANSITIONS, SlipState

    yield HEAD
    for state in SlipState:
        yield f"| `{state}` | {STATES[state]} |"
    yield "\n## Diagram 状态图\n\n```mermaid\nstateDiagram-v2\n    [*] --> proposed\n    [*] --> issued: issue"
    for (source, act), target in TRANSITIONS.items():
        yield f"    {source} --> {target}: {act}"
    leaving = {source for source, _act in TRANSITIONS}
    yield from (f"    {state} --> [*]" for state in SlipState if state not in leaving or state == "closed")
    yield "```\n\n## Transitions 状态变化\n"
    yield "| from 从 | act 事件 | to 到 | what happens 说明 |\n|---|---|---|---|"
    for (source, act), target in TRANSITIONS.items():
        yield f"| `{source}` | `{act}` | `{target}` | {ACTS[act]} |"
    yield "\n## What follows what 升级顺序\n"
    yield "; ".join(f"`{kind}` → `{after}`" for kind, after in LADDER.items())


def document() -> str:
    """Return the whole document."""
    return "\n".join(lines()).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"wrote {TARGET}\n")
