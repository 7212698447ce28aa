"""How long the example's questions take, and what importing costs: `make bench`.

Each question is asked of a workspace that has read its data, some times; the table shows the middle one.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import hgplan
from hgplan.outputs import Column, table_text

ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    """The middle of some rounds, the first of which warms up."""
    taken = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


def importing(name: str) -> float:
    """What importing a module adds to a bare interpreter."""

    def started(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    return seconds(started(f"import {name}")) - seconds(started("pass"))


def questions(ws: hgplan.Workspace) -> dict[str, Callable[[], object]]:
    """What is asked of the example."""
    metrics = ws.metrics()
    return {
        "attainment of the whole": lambda: ws.attainment(),
        "attainment of every association": lambda: ws.attainment(units="association"),
        "attainment of every association and month": lambda: ws.attainment(units="association", every="month"),
        "one metric, every unit and month": lambda: ws.measure("new_members", units="all", every="month"),
        f"all {len(metrics)} metrics, the whole, every month": lambda: ws.measure(list(metrics), every="month"),
    }


def main() -> None:
    """Ask, and print a table."""
    rows = [[f"import {name}", f"{importing(name) * 1000:.0f} ms"] for name in ("hgplan", "polars")]
    with tempfile.TemporaryDirectory() as folder:
        plan = hgplan.Plugins.discover().example("tenants").write(Path(folder, "demo"))
        ws = hgplan.open(plan)
        rows += [[asked, f"{seconds(work):.2f} s"] for asked, work in questions(ws).items()]
    sys.stdout.write(table_text([Column("Question"), Column("Time", "right")], rows) + "\n")


if __name__ == "__main__":
    main()
