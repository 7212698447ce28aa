"""What `import hgplan` costs over what it needs: `python benchmarks/imports.py [ROUNDS]`.

Each module is imported by a new interpreter, one after the other, some times; the table shows the middle one.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from hgplan.outputs import Column, table_text

IMPORTED = {
    "nothing": "pass",
    "attrs, cattrs, pluggy": "import attrs, cattrs, pluggy",
    "hgplan": "import hgplan",
    "hgplan, a plan and a metric": "import hgplan; hgplan.Plan; hgplan.metric; hgplan.Plugins",
    "polars": "import polars",
    "hgplan with a workspace": "import hgplan; hgplan.Workspace",
}


def started(code: str) -> float:
    """The seconds that a new interpreter takes with some code."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun


def taken(rounds: int) -> dict[str, float]:
    """The middle milliseconds of each, asked in turns so that they share what else the machine does."""
    found: dict[str, list[float]] = {name: [] for name in IMPORTED}
    for number in range(rounds + 1):
        for name, code in IMPORTED.items():
            seconds = started(code)
            if number:  # the first round warms up
                found[name].append(seconds * 1000)
    return {name: statistics.median(each) for name, each in found.items()}


def main(rounds: str = "9") -> None:
    """Import, and print a table."""
    told = taken(int(rounds))
    bare = told["nothing"]
    rows = [[name, f"{each:.0f} ms", f"{each - bare:.0f} ms"] for name, each in told.items()]
    over = told["hgplan"] - told["attrs, cattrs, pluggy"]
    rows.append(["hgplan over attrs, cattrs, pluggy", "", f"{over:.0f} ms"])
    columns = [Column("Import"), Column("Process", "right"), Column("Import alone", "right")]
    sys.stdout.write(table_text(columns, rows) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
