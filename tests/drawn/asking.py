"""One question put to two: the engine, through a workspace, and the judge in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import isclose
from typing import Any

import attrs
import polars as pl
from oracle import answer, periods
from oracle.figures import Figure

import hgplan
from drawn.questions import Question
from hgplan.metrics import Dimension, Events, Measure, Snapshots, Spells
from hgplan.metrics.columns import ColumnType
from hgplan.model import Calendar

Key = tuple[str, date, date, tuple[Any, ...]]

_TYPES: dict[str, Any] = {
    "text": pl.String, "int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean, "date": pl.Date, "enum": pl.String,
    "ref": pl.String,
}  # fmt: skip
_ROLES = {"at": "date", "start": "date", "end": "date", "recorded": "date", "observed_from": "date", "unit": "text",
          "entity": "text", "id": "text", "key": "text", "censored": "bool"}  # fmt: skip


@attrs.frozen(kw_only=True)
class Told:
    """What is told of one cell; numbers as floats, so that two answers can be held against each other."""

    value: float | None
    numerator: float | None
    denominator: float | None
    rows: int
    availability: str
    completeness: float | None


def frame_of(table: Events | Spells | Snapshots | Dimension, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows as a data frame whose types are those declared, whatever the rows hold."""
    kinds: dict[str, ColumnType | str] = {
        column: kind for role, kind in _ROLES.items() if (column := getattr(table, role, None)) is not None
    }
    kinds.update({name: kind for name, kind in table.columns.items() if name not in kinds})
    for row in rows:
        for name, value in row.items():
            kinds.setdefault(name, {int: "int", bool: "bool", date: "date", float: "float"}.get(type(value), "text"))
    schema = {name: _type(kind) for name, kind in kinds.items()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def _type(kind: ColumnType | str) -> Any:
    if isinstance(kind, str):
        return _TYPES[kind]
    return pl.Decimal(38, kind.scale) if kind.kind == "decimal" else _TYPES[kind.kind]


def workspace(question: Question) -> hgplan.Workspace:
    """A workspace over the question's facts, without plugins."""
    tables = question.facts.tables
    return hgplan.Workspace(
        organisation=question.organisation,
        tables=list(tables.values()),
        data={
            name: frame_of(tables[name], rows) if name in tables else pl.DataFrame(list(rows))
            for name, rows in question.facts.data.items()
        },
        plugins=hgplan.Plugins.none(),
    )


def arguments(question: Question, **changes: Any) -> dict[str, Any]:
    """What a workspace is asked by the question."""
    return {
        "metrics": list(question.measures), "units": "all", "by": list(question.by), "every": question.every,
        "start": question.start, "until": question.until, "known_on": question.known_on, "tree": question.tree,
        **changes,
    }  # fmt: skip


def asked(question: Question, **changes: Any) -> pl.DataFrame:
    """The workspace's answer, as it comes."""
    return workspace(question).measure(**arguments(question, **changes))


def by_engine(question: Question) -> dict[str, dict[Key, Told]]:
    """The workspace's answer, by measure and cell."""
    found: dict[str, dict[Key, Told]] = {str(measure): {} for measure in question.measures}
    for row in asked(question).iter_rows(named=True):
        key = (row["unit"], row["period_start"], row["period_end"], tuple(row[column] for column in question.by))
        told = Told(
            **{name: _float(row[name]) for name in ("value", "numerator", "denominator", "completeness")},
            rows=row["rows"],
            availability=row["availability"],
        )
        assert key not in found[row["metric"]], f"{row['metric']} is told twice of {key}"
        found[row["metric"]][key] = told
    return found


def by_judge(question: Question, measure: Measure) -> dict[Key, Told]:
    """The judge's answer, by cell."""
    asked_of = [(question.start, question.until)]
    if isinstance(question.every, Calendar):
        every = [(period.start, period.end) for period in question.every]
        asked_of = [(start, end) for start, end in every if start <= question.until and question.start <= end]
    elif question.every is not None:
        asked_of = periods(question.start, question.until, question.every)
    cells = answer(
        measure,
        tables=question.facts.tables,
        data=question.facts.data,
        organisation=question.organisation,
        periods=asked_of,
        until=question.until,
        by=question.by,
        known_on=question.known_on,
        tree=question.tree,
    )
    return {(cell.unit, cell.start, cell.end, cell.group): _told(cell.figure) for cell in cells}


def _told(figure: Figure) -> Told:
    numerator, denominator = figure.told
    return Told(
        value=_float(figure.value),
        numerator=_float(numerator),
        denominator=_float(denominator),
        rows=figure.rows,
        availability=figure.availability,
        completeness=_float(figure.completeness),
    )


def _float(value: Any) -> float | None:
    return None if value is None else float(Fraction(value))


def assert_same(question: Question, *, rows: bool = True) -> None:
    """Fail unless the engine and the judge tell the same of every measure and cell."""
    told = by_engine(question)
    for measure in question.measures:
        engine, judge = told[str(measure)], by_judge(question, measure)
        assert_cells(str(measure), engine, judge, rows=rows)


def assert_cells(measure: str, engine: Mapping[Key, Told], judge: Mapping[Key, Told], *, rows: bool = True) -> None:
    """Fail unless two answers have the same cells and tell the same of each."""
    assert engine.keys() == judge.keys(), (
        f"{measure}: only the engine has {sorted(map(str, engine.keys() - judge.keys()))[:5]},"
        f" only the judge has {sorted(map(str, judge.keys() - engine.keys()))[:5]}"
    )
    wrong = [
        f"{key[0]} {key[1]}..{key[2]} {key[3] or ''}\n    engine {engine[key]}\n    judge  {judge[key]}"
        for key in judge
        if not same(engine[key], judge[key], rows=rows)
    ]
    assert not wrong, f"{measure}\n" + "\n".join(wrong[:6]) + (f"\nand {len(wrong) - 6} more" if len(wrong) > 6 else "")


def same(one: Told, other: Told, *, rows: bool = True) -> bool:
    """Whether two tellings of a cell are the same, up to the last bits of a float.

    Of a unit that isn't there, only that is told; `rows=False` leaves aside what stands behind and beside the figure.
    """
    names = ["value"]
    if one.availability != "not_expected":
        names += ["numerator", "denominator", "rows", "completeness"] if rows else ["numerator", "denominator"]
    # The judge tells sides that are whole numbers only; a decimal side is held by the value that the sides re-make.
    untold = {name for name in ("numerator", "denominator") if getattr(other, name) is None}
    return one.availability == other.availability and all(
        _near(getattr(one, name), getattr(other, name)) for name in names if name not in untold
    )


def _near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
