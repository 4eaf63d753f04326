"""Run with ``python -m benchmarks.pages``: prints the figures and writes them into benchmarks/RESULTS.md."""

import json
import subprocess
import sys
from typing import Any

from benchmarks.results import write_table

MOST_SQL = 30
MOST_P95 = 100.0
PEER_OF = {
    "units": "peer: 50 bare rows of units",
    "members": "peer: 50 bare rows of members",
    "facts": "peer: admin's list of facts",
    "audit": "peer: admin's list of the audit",
}


def measure(scale: int) -> dict[str, Any]:
    """Return the figures of one size, measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages.one_size", str(scale)], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Measure the county and ten of them; return 1 where a page passes its limits."""
    county, ten = measure(1), measure(10)
    rows: list[tuple[str, ...]] = []
    over: list[str] = []
    for name, small in county["pages"].items():
        large = ten["pages"][name]
        peer = county["pages"].get(PEER_OF.get(name, ""))
        ratio = f"{small['cpu'] / peer['cpu']:.2f}" if peer else ""
        rows.append(
            (
                name,
                str(int(small["sql"])),
                f"{small['p50']:.1f} ms",
                f"{small['p95']:.1f} ms",
                f"{small['cpu']:.1f} ms",
                ratio,
                str(int(large["sql"])),
                f"{large['p95']:.1f} ms",
                f"{large['cpu'] / small['cpu']:.2f}",
            )
        )
        if not name.startswith("peer") and (small["sql"] > MOST_SQL or small["p95"] > MOST_P95):
            over.append(f"{name}: {small['sql']:.0f} statements, p95 {small['p95']:.0f} ms")
    write_table(
        "Pages",
        f"Server time of each page over 200 requests by the committee's administrator in one warm process, at "
        f"{county['organisations']:,} organisations and at {ten['organisations']:,}; at most {MOST_SQL} SQL statements "
        f"and {MOST_P95:.0f} ms (p95) at the county's size. Ratios are of processor time (medians), to the peer in the same run: "
        "Django's admin list of the same table, or 50 bare rows.",
        (
            "page",
            "SQL",
            "median",
            "p95",
            "processor",
            "ratio to peer",
            "SQL at ten counties",
            "p95 there",
            "processor there / here",
        ),
        rows,
    )
    print(*over, sep="\n", end="\n" if over else "")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
