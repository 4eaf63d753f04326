"""Writes sections of benchmarks/RESULTS.md: figures with their date and machine, one section for each benchmark."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True, slots=True)
class Line:
    """One measured way of doing one thing."""

    what: str
    way: str
    seconds: str
    processor: str
    memory: str
    ratio: str


def write_section(title: str, note: str, lines: Sequence[Line]) -> None:
    """Print the lines and put them into RESULTS.md in place of the section of the same title."""
    head = ("what", "way", "seconds", "processor seconds", "peak memory", "ratio")
    rows = [(one.what, one.way, one.seconds, one.processor, one.memory, one.ratio) for one in lines]
    write_table(title, f"Ratio: {note}.", head, rows)


def write_table(title: str, note: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of any shape and put it into RESULTS.md in place of the section of the same title."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the end"
    table = [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
    stamp = f"{datetime.now(UTC):%Y-%m-%d}, {machine}. {note}"
    section = "\n".join([f"## {title}", "", stamp, "", *table, ""])
    print(section)
    kept = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n\n"
    before, found, after = kept.partition(f"## {title}\n")
    rest = after.partition("\n## ")[2]
    whole = before + section + (f"\n## {rest}" if rest else "")
    RESULTS.write_text(whole if found else f"{kept.rstrip()}\n\n{section}", encoding="utf-8")
