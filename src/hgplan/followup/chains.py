"""Chains followed through their steps: how many came how far, how long each step took, and who is still waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs
import polars as pl

from hgplan.engine import Clocks, Facts, Reader, Tree
from hgplan.engine.rowsets import Rows
from hgplan.engine.tree import NODE
from hgplan.engine.typed import as_day, numbered
from hgplan.engine.visible import ROW, UNIT
from hgplan.errors import DataError, PlanError, UnknownName, nearest, raise_all
from hgplan.model import Chain, ChainStep, Period
from hgplan.model.faults import path

__all__ = ["FUNNEL", "chain_faults", "chain_rows", "funnel"]

FUNNEL: Final = pl.Schema(
    {
        "chain": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "until": pl.Date(),
        "step": pl.String(),
        "title": pl.String(),
        "reached": pl.Int64(),
        "of": pl.Int64(),
        "share": pl.Float64(),
        "share_of_first": pl.Float64(),
        "days_q1": pl.Float64(),
        "days_median": pl.Float64(),
        "days_q3": pl.Float64(),
        "waiting": pl.Int64(),
        "waiting_days_median": pl.Float64(),
        "skipped": pl.Int64(),
    }
)
"""The columns of a chain's steps."""

_KEY: Final = "@key"


def chain_faults(chains: Mapping[str, Chain], facts: Facts) -> Iterator[PlanError]:
    """What chains name that isn't there: tables, keys, and columns of the tables that have data.

    Where it stands is told as in a plan: `chains.environment.steps[1].column`.
    """
    for id, chain in chains.items():
        elsewhere = [(n, step.table) for n, step in enumerate(chain.steps) if step.table is not None]
        named = {path("chains", id, "table"): chain.table}
        named |= {path("chains", id, "steps", number, "table"): table for number, table in elsewhere}
        for where, table in named.items():
            try:
                facts.table(table)
            except PlanError as fault:
                yield type(fault)(fault.what, where=where, hint=fault.hint)
        own = facts.tables.get(chain.table)
        if own is not None and elsewhere and chain.key is None and getattr(own, "id", None) is None:
            what = f"rows of {chain.table!r} have no name by which {elsewhere[0][1]!r} could tell them"
            hint = "say key = ... in the chain, or declare the table's id"
            yield PlanError(what, where=path("chains", id, "table"), hint=hint)
        columns = {path("chains", id, "key"): (chain.table, chain.key)}
        for number, step in enumerate(chain.steps):
            here = ("chains", id, "steps", number)
            columns[path(*here, "column")] = (step.table or chain.table, step.column)
            columns[path(*here, "key")] = (step.table or chain.table, step.key)
        for where, (table, column) in columns.items():
            if column is not None and table in facts.tables and table in facts.data:
                known = facts.frame(table).collect_schema().names()
                if column not in known:
                    what = f"table {table!r} has no column {column!r}"
                    yield UnknownName(what, where=where, hint=nearest(column, known))


def chain_rows(chain: Chain, facts: Facts, clocks: Clocks, tree: Tree) -> tuple[Reader, Rows]:
    """The rows that began, each with a day for every step that it had taken by `until` (columns by the steps' ids).

    Raises DataError, all together, for days that can't be read and for steps that are dated before an earlier one.
    """
    table = facts.table(chain.table)
    key = chain.key or table.id
    elsewhere = [step for step in chain.steps if step.table is not None]
    if key is None and elsewhere:
        hint = "say key = ... in the chain, or declare the table's id"
        raise PlanError(
            f"rows of {chain.table!r} have no name by which {elsewhere[0].table!r} could tell them", hint=hint
        )
    wanted: dict[str, set[str]] = {chain.table: {key} if key else set()}
    for step in chain.steps:
        wanted.setdefault(step.table or chain.table, set()).update({step.column, *([step.key] if step.key else [])})
    columns = {name: frozenset(found) for name, found in wanted.items()}
    reader = Reader(facts, clocks, tree, columns, frozenset(), numbered=True)
    frame = reader.table(chain.table).frame
    faults: list[DataError] = []
    for step in chain.steps:
        if step.table is None:
            days = _days(frame, chain.table, step, facts, faults)
            frame = frame.with_columns(days.alias(_column(step)))
        elif key is not None:
            other = reader.table(step.table).frame
            dated = other.select(
                pl.col(str(step.key)).cast(pl.String).alias(_KEY), _days(other, step.table, step, facts, faults)
            )
            first = dated.drop_nulls().group_by(_KEY).agg(pl.col(step.column).min().alias(_column(step)))
            frame = frame.with_columns(pl.col(key).cast(pl.String).alias(_KEY)).join(
                first, on=_KEY, how="left", maintain_order="left"
            )
    if not faults:
        faults = _out_of_order(chain, frame, facts)
    if faults:
        raise_all("the chain can't be followed", faults)
    by_then = [
        pl.when(pl.col(_column(step)) <= clocks.until).then(pl.col(_column(step))).alias(_column(step))
        for step in chain.steps
    ]
    return reader, Rows(frame.with_columns(by_then), table, type(table))


def funnel(
    id: str,
    chain: Chain,
    facts: Facts,
    *,
    units: Sequence[str],
    period: Period,
    clocks: Clocks,
    tree: Tree,
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """One row a unit and step, the single rows behind, whose first step lies in the period, and how many rows of the
    table say no day of the first step.

    A row has reached a step when it has a day for that step and for all before it; `of` are those that reached the
    step before. Days are counted from the step before, over those that reached the step: the quartiles are linear
    between two values (type 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American
    Statistician 50(4), 1996). Who reached the step before and not this one is `waiting`, as old as the days since that
    step up to `until`: they are right-censored, so the days are those of the ones that came so far, and no forecast.
    """
    reader, rows = chain_rows(chain, facts, clocks, tree)
    first = pl.col(_column(chain.steps[0]))
    cohort = attrs.evolve(rows, frame=rows.frame.filter(first.is_between(period.start, period.end)))
    placed = reader.on(cohort, reader.nodes(tuple(units)))
    told = []
    for number, unit in enumerate(units):
        own = placed.filter(pl.col(NODE) == number)
        told += _steps(id, chain, own, unit, facts, clocks)
    undated = reader.table(chain.table).undated.len() + rows.frame.filter(first.is_null()).height
    return pl.DataFrame(told, schema=FUNNEL, orient="row"), _single(chain, cohort.frame, facts, clocks), undated


def _column(step: ChainStep) -> str:
    return f"@step:{step.id}"


def _steps(
    id: str, chain: Chain, rows: pl.DataFrame, unit: str, facts: Facts, clocks: Clocks
) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    before, first = rows, rows.height
    for number, step in enumerate(chain.steps):
        day = pl.col(_column(step))
        reached = before.filter(day.is_not_null())
        skipped = rows.filter(day.is_not_null()).height - reached.height
        quartiles: list[float | None] = [None, None, None]
        waiting, age = 0, None
        if number:
            last = pl.col(_column(chain.steps[number - 1]))
            took = reached.select((day - last).dt.total_days()).to_series()
            quartiles = [took.quantile(q, "linear") for q in (0.25, 0.5, 0.75)]
            left = before.filter(day.is_null()).select((pl.lit(clocks.until) - last).dt.total_days()).to_series()
            waiting, age = left.len(), left.quantile(0.5, "linear")
        of = before.height
        shares = (reached.height / of if of else None, reached.height / first if first else None)
        head = (id, unit, facts.organisation.level(unit), clocks.until, step.id, step.title)
        found.append((*head, reached.height, of, *shares, *quartiles, waiting, age, skipped))
        before = reached
    return found


def _single(chain: Chain, rows: pl.DataFrame, facts: Facts, clocks: Clocks) -> pl.DataFrame:
    """The single rows: their number in the table, their unit, each step's day, the last step reached, days waited."""
    days = [pl.col(_column(step)) for step in chain.steps]
    unit = pl.Series("unit", facts.organisation.units, dtype=pl.String).gather(rows[UNIT].cast(pl.UInt32))
    told = rows.select((pl.col(ROW) + 1).alias("row")).with_columns(unit)
    came = [pl.all_horizontal(day.is_not_null() for day in days[: number + 1]) for number in range(len(days))]
    reached, last = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.Date)
    for step, day, here in zip(chain.steps, days, came, strict=True):
        reached = pl.when(here).then(pl.lit(step.id)).otherwise(reached)
        last = pl.when(here).then(day).otherwise(last)
    waited = pl.when(~came[-1]).then((pl.lit(clocks.until) - last).dt.total_days())
    named = [day.alias(step.id) for day, step in zip(days, chain.steps, strict=True)]
    further = rows.select(*named, reached.alias("reached"), waited.alias("waiting_days"))
    return pl.concat([told, further], how="horizontal").sort("row")


def _days(frame: pl.DataFrame, table: str, step: ChainStep, facts: Facts, faults: list[DataError]) -> pl.Series:
    cast = as_day(step.column, frame.schema[step.column], facts.timezone)
    read = frame.select(cast.value.alias(step.column), cast.broken.alias("@broken"))
    broken = frame[ROW].filter(read["@broken"].fill_null(False))
    fault = numbered(facts, broken, table, f"column {step.column!r} holds what is not {cast.wanted}")
    if fault is not None:
        faults.append(fault)
    return read[step.column]


def _out_of_order(chain: Chain, frame: pl.DataFrame, facts: Facts) -> list[DataError]:
    """Rows in which a step is dated before the nearest earlier step that has a day."""
    found = []
    for number, step in enumerate(chain.steps[1:], 1):
        before = pl.coalesce(*(pl.col(_column(earlier)) for earlier in reversed(chain.steps[:number])))
        rows = frame.filter(pl.col(_column(step)) < before)[ROW]
        what = f"step {step.id!r} is dated before an earlier step of the chain"
        fault = numbered(facts, rows, chain.table, what)
        if fault is not None:
            found.append(fault)
    return found
