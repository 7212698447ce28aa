"""Frames of figures as tables that a person reads: attainment of goals, and figures of metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from hgplan.model import Period
from hgplan.model.periods import grain_of, period_of
from hgplan.outputs.numbers import NBSP, Language, figure_text, number_text, percent_text
from hgplan.outputs.tables import Column, table_text
from hgplan.outputs.words import word

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Wording", "attainment_by_unit_text", "attainment_text", "figures_text"]

Row: TypeAlias = Mapping[str, Any]
Cell: TypeAlias = Callable[[Row], str]
"""A cell's text from a row of a frame."""

_FIGURE_COLUMNS: Final = frozenset(
    ["metric", "unit", "level", "grain", "period_start", "period_end", "value", "numerator", "denominator", "rows",
     "availability", "completeness"]
)  # fmt: skip


@attrs.frozen(kw_only=True)
class Wording:
    """How names and figures are written: titles of units, the unit that each goal or metric is measured in, and the
    names of periods that are no grain's: the plan's own and its phases.
    """

    language: Language
    unit_title: Callable[[str], str] = str
    measured_in: Mapping[str, str | None] = attrs.field(factory=dict)
    year_starts: str = "01-01"
    named: Mapping[tuple[date, date], str] = attrs.field(factory=dict)

    def figure(self, name: str, value: float | None) -> str:
        """A figure of the goal or metric, as its unit is written."""
        return figure_text(value, self.measured_in.get(name), self.language)

    def period(self, row: Row) -> str:
        """The period of a row: by its own name, by that of its grain where it is exactly one, or its days."""
        days = row["period_start"], row["period_end"]
        return self.named.get(days) or period_text(*days, year_starts=self.year_starts)


def period_text(start: date, end: date, *, year_starts: str = "01-01") -> str:
    """A period as it is named: 2022-Q1, or its two days.

    >>> period_text(date(2022, 1, 1), date(2022, 3, 31)), period_text(date(2022, 1, 1), date(2022, 9, 10))
    ('2022-Q1', '2022-01-01/2022-09-10')
    """
    period = Period(id=f"{start}/{end}", start=start, end=end)
    grain = grain_of(period, year_starts=year_starts)
    return period.id if grain is None else period_of(start, grain, year_starts=year_starts).id


def attainment_text(frame: pl.DataFrame, wording: Wording, *, width: int | None = None) -> str:
    """A frame of attainment as a table, a goal, unit and period a line; columns that say nothing new are left out."""
    rows = list(frame.iter_rows(named=True))
    language = wording.language
    shown = _Shown(language)
    shown.add("title", lambda row: row["title"])
    if _varies(rows, "unit"):
        shown.add("unit", lambda row: wording.unit_title(row["unit"]))
    shown.add("period", wording.period)
    if _varies(rows, "until"):
        shown.add("until", lambda row: str(row["until"]))
    shown.add("value", lambda row: _value(row, wording.figure(row["goal"], row["value"]), language), right=True)
    shown.add("target", lambda row: _target(row, wording), right=True)
    shown.add("attainment", lambda row: _share(row["attainment"], language), right=True)
    shown.add("status", lambda row: word(row["status"], language))
    if any(row["commitment"] == "aspiration" for row in rows):
        shown.add("commitment", lambda row: word(row["commitment"], language))
    if any(row["conditions"] for row in rows):
        shown.add("conditions", lambda row: _conditions(row["conditions"], language))
    if _incomplete(rows):
        shown.add("completeness", lambda row: _share(row["completeness"], language), right=True)
    return shown.table(rows, width)


def attainment_by_unit_text(frame: pl.DataFrame, wording: Wording, *, width: int | None = None) -> str:
    """The attainment of every unit, a unit a line and a goal's target period a column: `412 (81,2 %)`."""
    rows = [row for row in frame.iter_rows(named=True) if row["target"] is not None]
    questions = list(dict.fromkeys((row["goal"], wording.period(row)) for row in rows))
    titles = {row["goal"]: row["title"] for row in rows}
    found = {(row["unit"], row["goal"], wording.period(row)): row for row in rows}
    shown = _Shown(wording.language)
    shown.add("unit", lambda row: wording.unit_title(row["unit"]))
    for goal, period in questions:
        shown.add(f"{titles[goal]} {period}", partial(_in_brief, found, goal, period, wording), right=True)
    units = dict.fromkeys(row["unit"] for row in frame.iter_rows(named=True))
    return shown.table([{"unit": unit} for unit in units], width)


def figures_text(frame: pl.DataFrame, wording: Wording, *, width: int | None = None) -> str:
    """A frame of figures as a table, a metric, unit, period and group a line; what says nothing new is left out."""
    rows = list(frame.iter_rows(named=True))
    language = wording.language
    shown = _Shown(language)
    if _varies(rows, "metric"):
        shown.add("metric", lambda row: row["metric"])
    if _varies(rows, "unit"):
        shown.add("unit", lambda row: wording.unit_title(row["unit"]))
    shown.add("period", wording.period)
    for group in frame.columns:
        if group not in _FIGURE_COLUMNS:
            shown.add(group, partial(_group, group, language))
    shown.add("value", lambda row: _value(row, wording.figure(row["metric"], row["value"]), language), right=True)
    for part in ("numerator", "denominator"):
        if any(row[part] is not None for row in rows):
            shown.add(part, partial(_number, part, language), right=True)
    if _incomplete(rows):
        shown.add("completeness", lambda row: _share(row["completeness"], language), right=True)
    return shown.table(rows, width)


@attrs.define
class _Shown:
    """The columns that a table shows, gathered one by one."""

    language: Language
    columns: list[Column] = attrs.field(factory=list)
    cells: list[Cell] = attrs.field(factory=list)

    def add(self, key: str, cell: Cell, *, right: bool = False) -> None:
        self.columns.append(Column(word(key, self.language), "right" if right else "left"))
        self.cells.append(cell)

    def table(self, rows: Iterable[Row], width: int | None) -> str:
        return table_text(self.columns, [[cell(row) for cell in self.cells] for row in rows], width=width)


def _varies(rows: Sequence[Row], column: str) -> bool:
    return len({row[column] for row in rows}) > 1


def _incomplete(rows: Sequence[Row]) -> bool:
    return any(row["completeness"] is not None and row["completeness"] < 1 for row in rows)


def _value(row: Row, figure: str, language: Language) -> str:
    """The figure, or why there is none."""
    return figure if figure or row["availability"] in (None, "available") else word(row["availability"], language)


def _in_brief(
    found: Mapping[tuple[str, str, str], Row], goal: str, period: str, wording: Wording, unit_row: Row
) -> str:
    row = found.get((unit_row["unit"], goal, period))
    if row is None:
        return ""
    value = _value(row, wording.figure(goal, row["value"]), wording.language)
    return value if row["attainment"] is None else f"{value} ({_share(row['attainment'], wording.language)})"


def _target(row: Row, wording: Wording) -> str:
    if row["target"] is None:
        return ""
    # Growth in per cent is that, in whatever the goal's figures are written.
    grows = row["comparator"] == "increase_by_percent"
    figure = _share(row["target"] / 100, wording.language) if grows else wording.figure(row["goal"], row["target"])
    if row["target_to"] is not None:
        figure = f"{figure}\u2013{wording.figure(row['goal'], row['target_to'])}"
    # At least is what a target is taken for.
    said = "" if row["comparator"] in ("at_least", "between") else f"{word(row['comparator'], wording.language)}{NBSP}"
    return f"{said}{figure}"


def _share(share: float | None, language: Language) -> str:
    return "" if share is None else percent_text(share, language)


def _conditions(conditions: str | None, language: Language) -> str:
    """Each condition with its state, the state in the reader's language."""
    if not conditions:
        return ""
    said = [condition.rpartition(": ") for condition in conditions.split("; ")]
    return "; ".join(f"{title}{colon}{word(state, language) if colon else state}" for title, colon, state in said)


def _group(column: str, language: Language, row: Row) -> str:
    value = row[column]
    return word("none", language) if value is None else str(value)


def _number(column: str, language: Language, row: Row) -> str:
    value = row[column]
    return "" if value is None else number_text(value, language)
