"""The neutral cases of other engines: where they lie, what they ask, and the rows that they expect."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

HERE = Path(__file__).resolve().parents[2]


def shared() -> Path | None:
    """The folder of shared material: named by HGPLAN_SHARED, or beside the checkout."""
    named = os.environ.get("HGPLAN_SHARED")
    folder = Path(named) if named else HERE.parent / "shared"
    return folder / "conformance" if (folder / "conformance").is_dir() else None


@attrs.frozen
class Case:
    """One case: its question and what is expected."""

    id: str
    pack: str
    asked: dict[str, Any]
    root: Path

    def frame(self, table: str) -> pl.DataFrame:
        """A table of the pack, days as days."""
        folder = Path(self.asked.get("data_dir", f"data/{self.pack}"))
        return read(self.root / folder / f"{table}.csv")

    def expected(self) -> list[dict[str, str | None]]:
        """The expected rows as text; an empty field is no value."""
        with (self.root / self.asked["expected"]).open(encoding="utf-8", newline="") as file:
            return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def read(path: Path) -> pl.DataFrame:
    """A file of a case: an empty field is null, a quoted empty one is empty text."""
    return pl.read_csv(path, try_parse_dates=True, infer_schema_length=None)


def cases(pack: str) -> list[Any]:
    """The cases of a pack as test parameters; one that says why where there are none."""
    root = shared()
    if root is None:
        return [pytest.param(None, id=pack, marks=pytest.mark.skip(reason="no shared cases beside the checkout"))]
    return [
        pytest.param(Case(path.stem, pack, json.loads(path.read_text("utf-8")), root), id=path.stem)
        for path in sorted((root / pack).glob("*.json"))
    ]


def agree(found: object, expected: str | None, tolerance: float = 1e-9) -> bool:
    """Whether a figure, a day or a word is what a case expects."""
    if found is None or expected is None:
        return found is None and expected is None
    if isinstance(found, bool):
        return str(found).lower() == expected.lower()
    if isinstance(found, int | float):
        return abs(float(found) - float(expected)) <= tolerance * max(1.0, abs(float(expected)))
    if isinstance(found, date):
        return found.isoformat() == expected
    return str(found) == expected


def assert_rows(found: list[dict[str, object]], case: Case, keys: list[str], values: list[str]) -> None:
    """Every expected row is found with its values, and no other row is."""
    table = {tuple(_text(row[key]) for key in keys): row for row in found}
    wanted = {tuple(row[key] for key in keys): row for row in case.expected()}
    assert table.keys() == wanted.keys()
    for key, row in wanted.items():
        for value in values:
            assert agree(table[key][value], row[value]), (key, value, table[key][value], row[value])


def _text(value: object) -> str | None:
    if value is None:
        return None
    return (
        value.isoformat() if isinstance(value, date) else str(value).lower() if isinstance(value, bool) else str(value)
    )
