"""Write docs/fact-kinds.md: every fact kind that comes with Plumbline, in both languages. ``make check`` compares it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "fact-kinds.md"
HEAD = """# Fact kinds 事实种类

Every area posts facts of these kinds, and the assessment reads nothing else. The codes never change. An installation adds
kinds of its own for what other systems send; its page `/facts/kinds/` lists those too.
This page is written by `python tools/fact_kinds.py` from `src/plumbline/ledger/facts.py` and the `facts.py` of the areas.

本页由 `python tools/fact_kinds.py` 根据 `src/plumbline/ledger/facts.py` 和各领域的 `facts.py` 生成。
"""


def lines() -> Iterator[str]:
    """Give the document line by line; Django must be set up and the texts compiled."""
    from django.utils import translation

    from plumbline.ledger.facts import declared_kinds

    def both(text: object) -> str:
        shown = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                shown.append(str(text))
        return " ".join(dict.fromkeys(shown))

    yield HEAD
    for kind in declared_kinds():
        yield f"## `{kind.code}` {both(kind.name)}\n"
        yield f"{both(kind.meaning)}\n"
        entered = f"; people enter 填报: {both(kind.entry_measure)}" if kind.entry_measure else ""
        least = "may be negative 可为负" if kind.minimum is None else f"at least 至少 {kind.minimum}"
        filed_by = ", ".join(kind.filed_by) or "nobody by hand 不由人填报"
        yield f"Quantity 数量: {both(kind.measure)} ({least}){entered}. Filed by 填报人: {filed_by}.\n"
        yield "| attribute 属性 | type 类型 | required 必填 | meaning 含义 |\n|---|---|---|---|"
        for item in kind.attributes:
            choices = f" ({', '.join(item.choices)})" if item.choices else ""
            required = "yes 是" if item.required else ""
            yield f"| `{item.name}` {both(item.label)} | {item.type}{choices} | {required} | {both(item.meaning)} |"
        yield ""


def document() -> str:
    """Return the whole document."""
    return "\n".join(lines()).rstrip() + "\n"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.config.settings")
    django.setup()
    TARGET.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{TARGET} written\n")
