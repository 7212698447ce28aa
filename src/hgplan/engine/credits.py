"""Credit for what people did: each deed dealt out among what they met with before it, so that the parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, TypeAlias

import attrs
import polars as pl

from hgplan.engine.cohorts import COUNTS, KEPT, followed
from hgplan.engine.entities import joinable
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.grid import Grid, in_windows
from hgplan.engine.reading import reader_for
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.tree import NODE, Nodes
from hgplan.engine.visible import DAY, ENTITY, RANK, ROW
from hgplan.engine.windows import WINDOW, Periods, Windows
from hgplan.metrics.counts import Converted, Count, Distinct, Retained
from hgplan.metrics.measures import Part
from hgplan.metrics.rows import RowSet, Starts
from hgplan.model.durations import Duration

__all__ = ["CREDITS", "AttributionModel", "Credit", "Deeds", "credited"]

AttributionModel: TypeAlias = Literal["latest", "first", "linear", "stated"]
"""How a deed is credited: to the latest or the first contact in its window, evenly to all of them, or as its own row
states."""

Credit: TypeAlias = Literal["credited", "unnamed", "uncredited"]
"""Whether a deed is credited to something with a name, to a contact that names nothing, or to no contact."""

CREDITS: Final = pl.Schema(
    {
        "unit": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "credit": pl.String(),
        "to": pl.String(),
        "of": pl.Int64(),
        "parts": pl.Int64(),
    }
)
"""Credit in whole parts: `parts` of deeds that were dealt out in `of` parts each."""

Deeds: TypeAlias = Count | Distinct | Part
"""What is credited: all rows, the different people among them, or a part of a retention, kept or matured."""

_DEED, _DONE, _TO, _CREDIT, _OF, _PARTS = "@deed", "@done", "to", "credit", "of", "parts"


def credited(
    facts: Facts,
    deeds: Deeds,
    contacts: RowSet | None,
    to: str,
    *,
    model: AttributionModel,
    within: str | None,
    units: Sequence[str],
    periods: Periods,
    clocks: Clocks,
    tree: Tree,
) -> pl.DataFrame:
    """Deal each deed out: a row a unit, period, credit, what is credited, and number of parts a deed was dealt in.

    A deed stands in its own unit and period, wherever the contacts were made; so the parts of a cell, each divided by
    its `of`, add up to the figure of `deeds` there. Who is counted as a person is credited by the first deed in the
    cell; of a retention every start that matured, or was kept, by what came before the start. A contact counts when the
    deed lies in [contact day, contact day + within), anywhere in the organisation; of several on a day the smallest id
    comes first. `stated` looks at no contact, but at the column `to` of the deed.

    Raises PlanError for a column that isn't there and for tables that don't say whose their rows are.
    """
    reader = _reader(facts, deeds, contacts, to, clocks, tree)
    nodes = reader.nodes(tuple(units))
    windows = Windows.of([periods], until=clocks.until, year_starts=facts.year_starts)
    done = _deeds(reader, deeds, nodes, windows, [to] if contacts is None else [])
    if contacts is None:
        dealt = done.select(
            NODE,
            WINDOW,
            pl.when(pl.col(to).is_null()).then(pl.lit("uncredited")).otherwise(pl.lit("credited")).alias(_CREDIT),
            pl.col(to).cast(pl.String).alias(_TO),
            pl.lit(1, dtype=pl.Int64).alias(_OF),
            pl.lit(1, dtype=pl.Int64).alias(_PARTS),
        )
    else:
        dealt = _dealt(reader, _rows_of(deeds), done, contacts, to, model=model, within=within)
    added = dealt.group_by(NODE, WINDOW, _CREDIT, _TO, _OF).agg(pl.col(_PARTS).sum())
    return _told(added, nodes, [one.start for one in periods.each], [one.end for one in periods.each])


def _rows_of(deeds: Deeds) -> RowSet:
    """The rows that are credited, as events; of a retention its starts."""
    if not isinstance(deeds, Part):
        return deeds.rows
    assert isinstance(deeds.of, Retained)  # the only measure whose sides are rows of their own
    return deeds.of.rows.then(Starts(scope=deeds.of.scope))


def _reader(facts: Facts, deeds: Deeds, contacts: RowSet | None, to: str, clocks: Clocks, tree: Tree) -> Reader:
    """A reader that also knows the column that is credited, and the order of contacts of a day."""
    done = _rows_of(deeds)
    asked = [deeds] if contacts is None else [deeds, Converted(contacts, done), Count(contacts)]
    reader = reader_for(facts, asked, clocks, tree)
    table = done.table if contacts is None else contacts.table
    wanted = frozenset({*reader.columns.get(table, frozenset()), to})
    ordered = reader.ordered | {done.table}
    return attrs.evolve(reader, columns={**reader.columns, table: wanted}, ordered=ordered)


def _deeds(reader: Reader, deeds: Deeds, nodes: Nodes, windows: Windows, columns: Sequence[str]) -> pl.DataFrame:
    """The deeds at each node and in each window: all of them, the first one of each person, or those kept."""
    if isinstance(deeds, Part):
        assert isinstance(deeds.of, Retained)  # as above
        cohort = followed(reader, Grid(nodes, windows, tuple(columns)), deeds.of)
        asked = [COUNTS] if deeds.side == "denominator" else [COUNTS, KEPT]
        return cohort.filter(pl.all_horizontal(asked)).select(NODE, WINDOW, DAY, ENTITY, *columns)
    rows = reader.events(deeds.rows, nodes)
    frame = reader.with_columns(rows, columns)
    placed = in_windows(reader.on(Rows(frame, rows.table, rows.kind, rows.placed), nodes), windows)
    if isinstance(deeds, Distinct):
        order = [DAY, *(name for name in (RANK, ROW) if name in placed.columns)]
        keys = [NODE, WINDOW, ENTITY]
        known = placed.filter(pl.col(ENTITY).is_not_null())
        placed = known.sort(order).unique(keys, keep="first", maintain_order=True)
    return placed.select(NODE, WINDOW, DAY, *([ENTITY] if ENTITY in placed.columns else []), *columns)


def _dealt(
    reader: Reader,
    of: RowSet,
    done: pl.DataFrame,
    contacts: RowSet,
    to: str,
    *,
    model: AttributionModel,
    within: str | None,
) -> pl.DataFrame:
    """The parts of every deed: those of its person and day are the same wherever it is counted."""
    base = reader.events(contacts, reader.root)
    met = reader.with_columns(base, [to]).with_columns(_closes(within).alias("@closes"), pl.col(to).alias(_TO))
    left, right = joinable(met, done, base.table, reader.facts.table(of.table))
    numbered = right.with_row_index(_DEED)
    each = numbered.filter(pl.col(ENTITY).is_not_null()).select(ENTITY, pl.col(DAY).alias(_DONE)).unique()
    rank = [RANK] if RANK in left.columns else []
    pairs = each.join(left.select(ENTITY, DAY, *rank, _TO, "@closes"), on=ENTITY, how="inner")
    inside = pairs.filter(
        (pl.col(DAY) <= pl.col(_DONE)) & (pl.col("@closes").is_null() | (pl.col(_DONE) < pl.col("@closes")))
    )
    deed = [ENTITY, _DONE]
    if model != "linear":
        ordered = inside.sort([DAY, *rank], descending=[model == "latest", *(False for _ in rank)])
        inside = ordered.unique(deed, keep="first", maintain_order=True)
    shares = inside.group_by(*deed, _TO).agg(pl.len().cast(pl.Int64).alias(_PARTS))
    shares = shares.with_columns(pl.col(_PARTS).sum().over(deed).alias(_OF))
    told = numbered.join(shares, left_on=[ENTITY, DAY], right_on=deed, how="left")
    credit = (
        pl.when(pl.col(_OF).is_null())
        .then(pl.lit("uncredited"))
        .when(pl.col(_TO).is_null())
        .then(pl.lit("unnamed"))
        .otherwise(pl.lit("credited"))
    )
    return told.select(
        NODE,
        WINDOW,
        credit.alias(_CREDIT),
        pl.col(_TO).cast(pl.String),
        pl.col(_OF).fill_null(1),
        pl.col(_PARTS).fill_null(1),
    )


def _closes(within: str | None) -> pl.Expr:
    """The day on which a contact's window closes; none, where it never does."""
    if within is None:
        return pl.lit(None, dtype=pl.Date)
    length = Duration.parse(within)
    begun = pl.col(DAY).dt.offset_by(f"{length.months}mo") if length.months else pl.col(DAY)
    return begun + pl.duration(days=length.days)


def _told(added: pl.DataFrame, nodes: Nodes, starts: Sequence[date], ends: Sequence[date]) -> pl.DataFrame:
    units = pl.Series(nodes.ids, dtype=pl.String)
    first, last = pl.Series(starts, dtype=pl.Date), pl.Series(ends, dtype=pl.Date)
    ordered = added.sort(NODE, WINDOW, _CREDIT, _TO, _OF, nulls_last=True)
    return ordered.select(
        units.gather(ordered[NODE]).alias("unit"),
        first.gather(ordered[WINDOW]).alias("period_start"),
        last.gather(ordered[WINDOW]).alias("period_end"),
        _CREDIT,
        _TO,
        _OF,
        _PARTS,
    ).cast(CREDITS)
