"""A drawn case put to a workspace, and two answers held beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isclose
from typing import Any, Protocol, TypeAlias

import attrs
import polars as pl

from hgplan.metrics import Aggregate, Dimension, Measure, Metric
from hgplan.metrics.columns import ColumnType
from hgplan.model import Organisation
from hgplan.testing.cases import Case, Row
from hgplan.testing.laws import Counterexample
from hgplan.workspace import Workspace

__all__ = ["Answer", "Ask", "Frames", "Told", "answered", "same"]

Key: TypeAlias = tuple[str, date]
Frames: TypeAlias = Callable[[Sequence[Row], Mapping[str, pl.DataType]], object]

_TYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(), "enum": pl.String(), "ref": pl.String(), "int": pl.Int64(), "float": pl.Float64(),
    "bool": pl.Boolean(), "date": pl.Date(),
}  # fmt: skip


@attrs.frozen
class Told:
    """What is told of one unit and period."""

    value: float | None
    numerator: Any
    denominator: Any
    rows: int
    availability: str


Answer: TypeAlias = dict[Key, Told]


class Ask(Protocol):
    """How a case is asked about: through a workspace, or in a test of the laws themselves through something worse."""

    def __call__(self, case: Case, asked: Sequence[Metric | Measure], *, frames: Frames | None = None) -> list[Answer]:
        """The figures of each measure."""
        ...


def answered(
    case: Case,
    asked: Sequence[Metric | Measure],
    *,
    beside: Sequence[Aggregate] = (),
    frames: Frames | None = None,
) -> list[Answer]:
    """The figures of each measure for every unit and period of a case; `frames` makes data of rows in another way."""
    ws = Workspace(
        organisation=Organisation.from_rows(case.units),
        tables=list(case.tables.values()),
        data={name: (frames or _frame)(rows, _schema(case, name)) for name, rows in case.data.items()},
        metrics=list(beside),
    )
    answers: list[Answer] = []
    for one in asked:
        figures = ws.measure(
            [one], units="all", every=case.every, start=case.start, until=case.until, known_on=case.known_on
        )
        answers.append({(row["unit"], row["period_start"]): _told(row) for row in figures.iter_rows(named=True)})
    return answers


def _told(row: Mapping[str, Any]) -> Told:
    return Told(**{field.name: row[field.name] for field in attrs.fields(Told)})


def _frame(rows: Sequence[Row], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=dict(schema), orient="row")


def _schema(case: Case, table: str) -> dict[str, pl.DataType]:
    return {name: _type(kind, case) for name, kind in case.columns[table].items()}


def _type(kind: ColumnType, case: Case) -> pl.DataType:
    if kind.kind == "decimal":
        return pl.Decimal(38, kind.scale)
    dimension = case.tables.get(kind.table or "")
    if isinstance(dimension, Dimension):
        return _type(case.columns[dimension.name][dimension.key], case)
    return _TYPES[kind.kind]


def same(one: Answer, other: Answer, turned: Callable[[Key], Key] = lambda key: key) -> None:
    """Raise a Counterexample unless two answers tell the same, up to the last bits of a float."""
    for key, told in one.items():
        again = other.get(turned(key))
        if again is None or not _alike(told, again):
            raise Counterexample(f"{key[0]} from {key[1]} on: {_said(told)}, and then {_said(again)}")


def _alike(one: Told, other: Told) -> bool:
    if (one.rows, one.availability) != (other.rows, other.availability):
        return False
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("value", "numerator", "denominator")]
    return all(a is b if a is None or b is None else isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in pairs)


def _said(told: Told | None) -> str:
    if told is None:
        return "no figure"
    return f"{told.value} of {told.rows} rows ({told.availability})"
