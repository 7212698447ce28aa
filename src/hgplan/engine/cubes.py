"""Cubes: everything that adds up over the rows of one frame, counted by place and tick in one pass.

All counts and sums that a question will ask of a frame are counted together, whatever rows each of them chooses, then
rolled up the tree, and summed through time, so that any window is two looks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Literal, TypeAlias

import attrs
import polars as pl

from hgplan.engine.additive import Addend, Running, cells, edges
from hgplan.engine.collecting import MANY
from hgplan.engine.dense import blank
from hgplan.engine.grid import Grid
from hgplan.engine.places import Places
from hgplan.engine.roads import FLOATS, PLACED, Way
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.rowwise import Typed, number
from hgplan.engine.steps import TICK
from hgplan.engine.streams import Stream, places_of, stream_of
from hgplan.engine.ticks import Range, Ticks
from hgplan.engine.visible import ENTITY
from hgplan.errors import HgplanError
from hgplan.metrics.counts import Active, Mean, RowMeasure, Sum
from hgplan.metrics.nodes import Column, Node, columns_of
from hgplan.metrics.reads import hangs_on_node
from hgplan.metrics.rows import RowSet, SpellRows

__all__ = ["Value", "between", "running", "starts_and_ends", "value_of"]

_Key: TypeAlias = tuple[Hashable, Hashable]
# By the choice of rows and the value that is added up: the running sums.
_Cube: TypeAlias = Mapping[_Key, Running]
# Whole numbers of which no table holds so many that their sum outgrows 64 bits.
_NARROW = frozenset({pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32, pl.Boolean})
# Those of which no sum outgrows 128 bits, so that nothing has to be refused and they are taken as they came.
_PLAIN = frozenset({*_NARROW, pl.Int64, pl.UInt64}) - {pl.Boolean}


@attrs.frozen(eq=False)
class Value:
    """A whole number that each row has: what it is known by, how it is worked out, of which columns."""

    of: Hashable
    told: Typed
    frame: pl.DataFrame

    @property
    def known(self) -> Value:
        """One for each row that has a value."""
        return Value(("known", self.of), attrs.evolve(self.told, expr=self.told.expr.is_not_null()), self.frame)

    def column(self) -> pl.Series:
        """The values, in no more than 64 bits where no sum of them can outgrow those: they are added faster."""
        if isinstance(self.of, Column) and self.frame.schema[self.of.name] in _PLAIN:
            found = self.frame[self.of.name]
        else:
            found = self.frame.select(self.told.expr).to_series()
        if found.dtype in _NARROW:
            return found
        low, high = found.min(), found.max()
        if low is None or max(abs(int(low)), abs(int(high))) * len(found) < 2**63:  # type: ignore[arg-type]  # whole
            return found.cast(pl.Int64)
        return found.cast(pl.Int128)


def value_of(reader: Reader, stream: Stream, table: str, of: Node) -> Value | Way:
    """The value of an expression; another way where it is no whole number, which doesn't add up exactly.

    Raises PlanError for columns that aren't there.
    """
    declared = reader.facts.table(table)
    frame = reader.with_columns(Rows(stream.frame, declared, type(declared)), columns_of(of))
    told = number(of, frame.schema)
    return Value(of, told, frame) if told.kind == "exact" else FLOATS


def starts_and_ends(reader: Reader, grid: Grid, rows: RowSet) -> tuple[Stream, Stream]:
    """The spells of a row set on the days on which they begin, and those that end on which they do.

    Nobody's spells are left out.
    """

    def of(edge: Literal["start", "end"]) -> Stream:
        found = stream_of(reader, grid, RowSet(rows.table, (*rows.steps, SpellRows(edge))))
        assert isinstance(found, Stream)  # no step that spells can have places them
        if not found.frame[ENTITY].null_count():
            return found
        known = found.frame[ENTITY].is_not_null()
        return attrs.evolve(found, choice=("known", found.choice), chosen=known)

    return of("start"), of("end")


def between(reader: Reader, grid: Grid, sums: Running, ticks: Ticks, windows: Sequence[Sequence[Range]]) -> pl.Series:
    """What was summed in the ranges of ticks of each window, for every node and window."""
    key = ("edges", grid.nodes.key, ticks, tuple(map(tuple, windows)))
    found = sums.over(reader.once(key, lambda: edges(windows, len(grid.nodes.ids), len(ticks))))
    return blank(len(grid), pl.Int64()) if found is None else found


def running(reader: Reader, grid: Grid, stream: Stream, ticks: Ticks, value: Value | None = None) -> Running:
    """How many rows, or the sum of the value, through the ticks of one node after the other."""
    return _cube(reader, grid, stream, ticks, value)[stream.choice, value.of if value else None]


def _cube(reader: Reader, grid: Grid, stream: Stream, ticks: Ticks, value: Value | None) -> _Cube:
    """The cube that holds the stream's figures: that of all that was foreseen of its frame, or one of its own."""
    name = ("cube", stream.name, grid.nodes.key, ticks)
    asked = (stream.choice, value.of if value else None)
    found = reader.once(name, lambda: _counted(reader, grid, stream, ticks, _foreseen(reader, grid, stream)))
    if asked in found:
        return found
    return reader.once((*name, asked), lambda: _counted(reader, grid, stream, ticks, {asked: (stream.chosen, value)}))


def _foreseen(reader: Reader, grid: Grid, stream: Stream) -> dict[_Key, tuple[pl.Series | None, Value | None]]:
    """What the question's measures will add up of the stream's frame; who asks wrongly is told when he asks."""
    found: dict[_Key, tuple[pl.Series | None, Value | None]] = {}
    for measure in reader.measures:
        if not isinstance(measure, RowMeasure) or measure.rows.table != getattr(stream.name, "table", None):
            continue
        try:
            for other in _streams(reader, grid, measure):
                if other.name == stream.name:
                    found[other.choice, None] = (other.chosen, None)
                    for value in _values(reader, other, measure):
                        found[other.choice, value.of] = (other.chosen, value)
        except HgplanError:
            continue
    return found


def _streams(reader: Reader, grid: Grid, measure: RowMeasure) -> tuple[Stream, ...]:
    """The rows that a measure will add up."""
    if isinstance(measure, Active):
        return starts_and_ends(reader, grid, measure.rows) if places_of(reader, grid).steady else ()
    found = PLACED if hangs_on_node(measure.rows) else stream_of(reader, grid, measure.rows)
    return () if isinstance(found, Way) else (found,)


def _values(reader: Reader, stream: Stream, measure: RowMeasure) -> Iterator[Value]:
    """What it will add up of each of them."""
    if isinstance(measure, Sum | Mean):
        value = value_of(reader, stream, measure.rows.table, measure.of)
        if isinstance(value, Value):
            yield from (value, value.known) if isinstance(measure, Mean) else (value,)


def _counted(
    reader: Reader,
    grid: Grid,
    stream: Stream,
    ticks: Ticks,
    wanted: Mapping[_Key, tuple[pl.Series | None, Value | None]],
) -> _Cube:
    places = places_of(reader, grid)
    known = ("leaves", stream.name, places.code, ticks, tuple(wanted))
    numbered, counted = reader.once(known, lambda: _leaves(reader, stream, places, ticks, wanted))
    sums = Running.of(places.rolled(counted, TICK, len(ticks)))
    return {key: sums[name] for key, name in numbered.items()}


def _leaves(
    reader: Reader,
    stream: Stream,
    places: Places,
    ticks: Ticks,
    wanted: Mapping[_Key, tuple[pl.Series | None, Value | None]],
) -> tuple[Mapping[_Key, str], pl.DataFrame]:
    """By place and tick all that is wanted, and the column in which each of it stands."""
    numbered = {key: f"@n{index}" for index, key in enumerate(wanted)}
    values = {value.of: value for _, value in wanted.values() if value}
    columns = {of: value.column() for of, value in values.items()}
    sums: dict[str, Addend] = {
        numbered[key]: (chosen, columns[value.of] if value else None) for key, (chosen, value) in wanted.items()
    }
    if len(sums) == 1:
        # Of one choice no more is looked at than what it chose.
        ((name, (chosen, added)),) = sums.items()
        sums = {name: (None, added.filter(chosen) if added is not None and chosen is not None else added)}
    else:
        stream = attrs.evolve(stream, choice=None, chosen=None)
    at, when = stream.places(reader, places), stream.ticks(reader, ticks)
    with reader.alone if len(at) > MANY else nullcontext():
        return numbered, cells(at, when, len(ticks), sums)
