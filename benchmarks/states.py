"""Kept states: what it costs to follow the newest (or late) hundredth of the contacts, against counting all anew.

    python benchmarks/states.py DIR [FOLDER]

DIR holds the data of `followup.py`; states are kept in FOLDER (unsaid: a temporary one). One line of JSON tells the
seconds to count everything, to keep states, to tell all figures from them, and to append each hundredth, and whether
the answers after it are those of counting everything.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl
from followup import GRAINS, MEASURES, METRICS, contacts, memberships, organisation, roles

from hgplan import Workspace

_T = TypeVar("_T")
TABLES = [memberships, contacts, roles]


def workspace(path: Path, rows: pl.LazyFrame) -> Workspace:
    """The workspace of `followup.py`, over some of the contacts."""
    data = {table.name: pl.scan_parquet(path / table.name / "*.parquet") for table in TABLES}
    return Workspace(organisation=organisation(path), tables=TABLES, data={**data, "contacts": rows}, metrics=METRICS)


def timed(work: Callable[[], _T]) -> tuple[float, _T]:
    """The seconds that work takes, and what it gives."""
    begin = time.perf_counter()
    made = work()
    return round(time.perf_counter() - begin, 3), made


def compared(path: Path, folder: Path) -> dict[str, object]:
    """All of it, for the newest hundredth and for one from all of the time."""
    meta = json.loads((path / "meta.json").read_text())
    asked = {
        "units": "all",
        "every": GRAINS,
        "start": date.fromisoformat(meta["report_start"]),
        "until": date.fromisoformat(meta["report_end"]),
    }
    every = pl.scan_parquet(path / "contacts" / "*.parquet")
    anew, whole = timed(lambda: workspace(path, every).measure(list(MEASURES), **asked))
    days = every.filter(pl.col("occurred_on") <= asked["until"]).select("occurred_on").collect().to_series()
    edge = days.sort()[-(len(days) // 100)]
    told: dict[str, object] = {"rows": len(days), "anew": anew}
    late = pl.int_range(pl.len()) % 100 == 37
    for name, came in (("newest", pl.col("occurred_on") >= edge), ("late", late)):
        keeping = workspace(path, every.filter(~came))
        saved, states = timed(partial(keeping.save_states, folder / name, list(MEASURES), **asked))
        batch = every.filter(came).collect()
        appended, after = timed(partial(states.append, {"contacts": batch}))
        asked_again, figures = timed(after.measure)
        told[name] = {
            "rows": len(batch),
            "saved": saved,
            "appended": appended,
            "told": asked_again,
            "share": round((appended + asked_again) / anew, 3),
            "equal": figures.equals(whole),
        }
    return told


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(compared(Path(sys.argv[1]), Path(sys.argv[2]))))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(compared(Path(sys.argv[1]), Path(folder))))
