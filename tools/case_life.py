"""Write docs/case-life.md: the states of a case and of its steps, and what leads from one to the next; a test compares it."""

import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "case-life.md"
HEAD = """# The life of a case 办件的全过程

A case is in one state at a time, and so is each of its steps; the tables below are all that can happen, and the code reads the
same tables. How the limits follow is in [algorithms/procedure-clocks.md](algorithms/procedure-clocks.md). This page is written by
`python tools/case_life.py` from `CASE_MOVES` and `STEP_MOVES` in `src/plumbline/procedure/rules/events.py`.

本页由 `python tools/case_life.py` 根据 `src/plumbline/procedure/rules/events.py` 中的 `CASE_MOVES` 和 `STEP_MOVES` 生成。
"""
CASES = {
    "running": "running: its open steps wait on desks 在办：各待办环节在相关人员处",
    "suspended": "suspended by a rule or document, all clocks stand 依规定或文件中止，计时停止",
    "completed": "completed with its last step 最后一个环节完成即办结",
    "withdrawn": "ended before its end, with the reason 说明理由后撤回",
}
STEPS = {
    "ahead": "ahead: something before it is not done 未到：前置环节尚未完成",
    "waiting": "waits on a desk, its clock runs 待办，计时开始",
    "started": "somebody has taken it up 已开始办理",
    "done": "done 已完成",
    "skipped": "left out, visible for ever 略过，永久可见",
}
EVENTS = {
    "received": "the case is received 受理",
    "started": "a step is taken up 开始办理环节",
    "completed": "a step is completed 完成环节",
    "skipped": "a step is left out, with the reason, a key step with the approving document 说明理由略过；关键环节须有批准文件",
    "returned": "the case is handed back to an earlier step, which waits anew 退回到前面的环节，重新办理",
    "repeated": "a step that may be repeated waits anew 可重复的环节再次办理",
    "suspended": "the case is suspended, with its basis 依据规定中止",
    "resumed": "the case is resumed, with its basis 依据规定恢复",
    "withdrawn": "the case is withdrawn, with the reason 说明理由撤回",
}


def lines() -> Iterator[str]:
    """Give the document line by line; raises KeyError where a state or an event has no words here."""
    from plumbline.procedure.rules.events import CASE_MOVES, STEP_MOVES, CaseState, StepState

    yield HEAD
    yield "## The whole case 整个办件\n\n| state 状态 | meaning 含义 |\n|---|---|"
    yield from (f"| `{state}` | {CASES[state]} |" for state in CaseState)
    yield "\n```mermaid\nstateDiagram-v2"
    for (source, event), target in CASE_MOVES.items():
        yield f"    {source or '[*]'} --> {target}: {event}"
    yield "    running --> completed: last step completed or skipped\n    completed --> [*]\n    withdrawn --> [*]\n```\n"
    yield from _table((source or "–", event, target) for (source, event), target in CASE_MOVES.items())
    yield "\n## Each step 每个环节\n\n| state 状态 | meaning 含义 |\n|---|---|"
    yield from (f"| `{state}` | {STEPS[state]} |" for state in StepState)
    yield "\n```mermaid\nstateDiagram-v2\n    [*] --> ahead\n    ahead --> waiting: all before it ended"
    for (source, event), target in STEP_MOVES.items():
        yield f"    {source} --> {target}: {event}"
    yield "    done --> waiting: returned to it\n    skipped --> waiting: returned to it"
    yield "    done --> ahead: returned to a step before it\n    skipped --> ahead: returned to a step before it\n```\n"
    yield from _table((source, event, target) for (source, event), target in STEP_MOVES.items())


def _table(rows: Iterator[tuple[str, str, str]]) -> Iterator[str]:
    yield "| from 从 | event 事件 | to 到 | what happens 说明 |\n|---|---|---|---|"
    yield from (f"| `{source}` | `{event}` | `{target}` | {EVENTS[event]} |" for source, event, target in rows)


def document() -> str:
    """Return the whole document."""
    return "\n".join(lines()).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{TARGET} written\n")
