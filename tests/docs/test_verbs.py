"""The page of verbs: every table of figures on it is asked again, of the rows that the page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
import polars as pl
import pytest

from hgplan import Dimension, Events, Period, Snapshots, Spells, Workspace

PAGE: Final = Path(__file__).parents[2] / "docs" / "explanation" / "verbs.md"
START, UNTIL = date(2022, 1, 1), date(2022, 6, 30)
GRAINS: Final = {"2022-01": "month", "2022-Q1": "quarter", "2022-H1": "half"}
KINDS: Final = (Dimension, Events, Snapshots, Spells)


@attrs.frozen
class Table:
    """A table of the page: its heads, its rows as text, and where it begins."""

    line: int
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures whose figures the table shows, in their columns' order."""
        return tuple(head.strip("`") for head in self.heads if head.startswith("`"))


def tables() -> Iterator[Table]:
    """All tables of the page, in order."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        first = number
        while number < len(lines) and lines[number].startswith("|"):
            number += 1
        if number > first:
            heads, _, *rows = (
                tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[first:number]
            )
            yield Table(first + 1, heads, tuple(rows))
        number += 1


FIGURES: Final = [table for table in tables() if table.measures]
ROWS: Final = [table for table in tables() if not table.measures]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """The page's own declarations, over the rows that the page shows."""
    declared: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        exec(block, declared)
    named = {value.name: value for value in declared.values() if isinstance(value, KINDS)}
    data = {table.heads[0]: frame(table) for table in ROWS if table.heads[0] in named}
    assert data.keys() == named.keys()
    return Workspace(
        organisation=declared["club"], tables=list(named.values()), data=data, metrics=[declared["spread"]]
    )


def frame(table: Table) -> pl.DataFrame:
    """The rows as the page shows them; the first column only says whose rows they are."""
    columns = {head: [value(row[index]) for row in table.rows] for index, head in enumerate(table.heads) if index}
    return pl.DataFrame(columns)


def value(cell: str) -> object:
    if not cell:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return date.fromisoformat(cell)
    return int(cell) if cell.isdecimal() else cell


def answered(workspace: Workspace, table: Table) -> tuple[tuple[str, ...], ...]:
    """The table's rows as they are when its measures are asked."""
    by = [head for head in table.heads if not head.startswith("`") and head not in ("unit", "period")]
    at = table.heads.index("period")
    grain = GRAINS[table.rows[0][at]]
    units = (
        list(dict.fromkeys(row[table.heads.index("unit")] for row in table.rows)) if "unit" in table.heads else "root"
    )
    columns: list[dict[tuple[object, ...], str]] = []
    for measure in table.measures:
        told = workspace.measure(measure, units=units, by=by, every=grain, start=START, until=UNTIL)
        columns.append({tuple(row[name] for name in ("unit", "period_start", *by)): shown(row)
                        for row in told.iter_rows(named=True)})  # fmt: skip
    rows = []
    for key in columns[0]:
        named = {"unit": key[0], "period": label(key[1], grain), **dict(zip(by, key[2:], strict=True))}
        fixed = [str(named[head] or "") for head in table.heads if not head.startswith("`")]
        rows.append((*fixed, *(column[key] for column in columns)))
    return tuple(rows)


def label(start: object, grain: str) -> str:
    assert isinstance(start, date)
    parts = {
        "month": f"{start.month:02}",
        "quarter": f"Q{(start.month + 2) // 3}",
        "half": f"H{(start.month + 5) // 6}",
    }
    text = f"{start.year}-{parts[grain]}"
    assert Period.parse(text).start == start
    return text


def shown(row: dict[str, Any]) -> str:
    """A figure as the page shows it: a ratio by its parts, or the word that says why there is none."""
    if row["availability"] != "available":
        return f"*{row['availability']}*"
    if row["numerator"] is not None and row["denominator"]:
        return f"{row['numerator']} / {row['denominator']}"
    return f"{row['value']:.3f}".rstrip("0").rstrip(".")


@pytest.mark.parametrize("table", FIGURES, ids=lambda table: f"{table.measures[0]} (line {table.line})")
def test_the_figures_of_the_page_are_those_that_are_told(workspace: Workspace, table: Table) -> None:
    told = answered(workspace, table)
    written = "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in told)
    assert table.rows == told, f"line {table.line} of {PAGE.name} should read\n{written}"


def test_every_table_of_rows_has_five() -> None:
    assert {table.heads[0]: len(table.rows) for table in ROWS} == dict.fromkeys(
        ["contacts", "memberships", "reports", "people"], 5
    )
